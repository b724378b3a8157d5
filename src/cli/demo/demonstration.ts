import type { Party, Product } from "../../contract/enterprise-api.ts";
import { checkDigit } from "../../kernel/gs1/check-digit.ts";

// The companies, places and products of the demonstration. Labeler 99999 and GS1 prefix 952 are set aside
// for examples: none of these numbers can be on a real pack.

const withCheck = (digits: string) => digits + checkDigit(digits);

const makerPrefix = "0399999";
const euPrefix = "9521321";

export const companyPrefixes = {
  maker: [makerPrefix, euPrefix],
  wholesaler: ["9521444"],
  pharmacy: ["9521555"],
} as const;

export const maker: Party = {
  gln: withCheck(`${makerPrefix}00000`),
  companyPrefixLength: 7,
  name: "Aurelia Pharma (demonstration)",
  role: "self",
  address: { street: "1 Example Way", city: "Springfield", state: "NJ", postalCode: "07081", countryCode: "US" },
};

export const site: Party = {
  gln: withCheck(`${makerPrefix}00001`),
  companyPrefixLength: 7,
  name: "Aurelia packaging site (demonstration)",
  role: "site",
  address: { street: "2 Example Way", city: "Springfield", state: "NJ", postalCode: "07081", countryCode: "US" },
  ownedBy: maker.gln,
};

export const wholesaler: Party = {
  gln: withCheck("952144400000"),
  companyPrefixLength: 7,
  name: "Meridian Wholesale (demonstration)",
  role: "self",
  address: { street: "10 Sample Road", city: "Columbus", state: "OH", postalCode: "43004", countryCode: "US" },
};

export const pharmacy: Party = {
  gln: withCheck("952155500000"),
  companyPrefixLength: 7,
  name: "Corner Pharmacy (demonstration)",
  role: "self",
  address: { street: "5 Market Square", city: "Dayton", state: "OH", postalCode: "45402", countryCode: "US" },
};

type DemonstrationProduct = Omit<Product, "version">;

const usProduct: DemonstrationProduct = {
  gtin: withCheck("0039999910001"),
  companyPrefixLength: 7,
  name: "Auralin 20 mg tablets",
  commonName: "auralin",
  dosageForm: "TABLET, FILM COATED",
  strength: "20 mg",
  packSize: "30 tablets",
  manufacturerName: maker.name,
  market: "us",
  nationalNumber: "99999010001",
  packsPerCase: 48,
  casesPerPallet: 10,
};

const euProduct: DemonstrationProduct = {
  gtin: withCheck(`0${euPrefix}00010`),
  companyPrefixLength: 7,
  name: "Auralin 20 mg Filmtabletten",
  commonName: "auralin",
  dosageForm: "Film-coated tablet",
  strength: "20 mg",
  packSize: "30",
  manufacturerName: maker.name,
  market: "eu",
  packsPerCase: 48,
  casesPerPallet: 10,
};

export const products = { us: usProduct, eu: euProduct } as const;

export const demonstration = { maker, site, wholesaler, pharmacy, products, companyPrefixes } as const;
