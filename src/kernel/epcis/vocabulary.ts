/** The Core Business Vocabulary 2.0's standard vocabularies, and the three spellings of their words. */

export type VocabularyName =
  | "bizStep"
  | "disposition"
  | "bizTransactionType"
  | "sourceDestType"
  | "errorReason"
  | "component";

type WordList = { readonly urn: string; readonly web: string; readonly words: ReadonlySet<string> };

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Prefixes of the two URI spellings (CBV 2.0 §7): `urn:epcglobal:cbv:bizstep:` and `https://ref.gs1.org/cbv/BizStep-`. */
export const VOCABULARIES: Readonly<Record<VocabularyName, WordList>> = {
  bizStep: {
    urn: "urn:epcglobal:cbv:bizstep:",
    web: "https://ref.gs1.org/cbv/BizStep-",
    words: words(
      "accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing killing loading other packing picking receiving removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting unloading unpacking void_shipping",
    ),
  },
  disposition: {
    urn: "urn:epcglobal:cbv:disp:",
    web: "https://ref.gs1.org/cbv/Disp-",
    words: words(
      "active available completeness_inferred completeness_verified conformant container_closed container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown",
    ),
  },
  bizTransactionType: {
    urn: "urn:epcglobal:cbv:btt:",
    web: "https://ref.gs1.org/cbv/BTT-",
    words: words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
  },
  sourceDestType: {
    urn: "urn:epcglobal:cbv:sdt:",
    web: "https://ref.gs1.org/cbv/SDT-",
    words: words("owning_party possessing_party location"),
  },
  errorReason: {
    urn: "urn:epcglobal:cbv:er:",
    web: "https://ref.gs1.org/cbv/ER-",
    words: words("did_not_occur incorrect_data"),
  },
  component: {
    urn: "urn:epcglobal:cbv:comp:",
    web: "https://ref.gs1.org/cbv/Comp-",
    words: words(
      "x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude longitude altitude",
    ),
  },
};

/** Measurement types of the GS1 Web Vocabulary that EPCIS 2.0 names. */
export const MEASUREMENT_TYPES: ReadonlySet<string> = words(
  "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Radioactivity Altitude AmountOfSubstance AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber",
);

export const SENSOR_ALERTS: ReadonlySet<string> = words("ALARM_CONDITION ERROR_CONDITION");

const GS1_VOC = /^(?:gs1:|https?:\/\/(?:www\.|ref\.)?gs1\.org\/voc\/)(.+)$/;
/** The form the event hash is defined over (CBV 2.0 §8.9). */
const GS1_VOC_URI = "https://gs1.org/voc/";

/** Any spelling of a CBV word as the bare word; what is not the CBV's stays as it is. */
export function bareWord(vocabulary: VocabularyName, text: string): string {
  const { urn, web, words: known } = VOCABULARIES[vocabulary];
  const curie = `cbv:${web.slice(web.lastIndexOf("/") + 1)}`;
  for (const prefix of [urn, web, curie]) {
    if (!text.startsWith(prefix)) continue;
    const word = text.slice(prefix.length);
    return known.has(word) ? word : text;
  }
  return text;
}

/** The word as a URN, the spelling of EPCIS 1.x and usual in XML. */
export function wordUrn(vocabulary: VocabularyName, word: string): string {
  const { urn, words: known } = VOCABULARIES[vocabulary];
  return known.has(word) ? urn + word : word;
}

/** The word as a web URI (`https://ref.gs1.org/cbv/BizStep-shipping`), which the event hash is made of. */
export function wordUri(vocabulary: VocabularyName, word: string): string {
  const { web, words: known } = VOCABULARIES[vocabulary];
  return known.has(word) ? web + word : word;
}

/** Any spelling of a word of the GS1 Web Vocabulary (`gs1:Temperature`, both generations of its URI) as the bare word. */
export function bareGs1Word(text: string, known: ReadonlySet<string>): string {
  const word = GS1_VOC.exec(text)?.[1];
  return word !== undefined && known.has(word) ? word : text;
}

export function gs1WordUri(word: string, known: ReadonlySet<string>): string {
  return known.has(word) ? GS1_VOC_URI + word : word;
}

/** `gs1:Temperature`, the spelling of the standard's XML examples. */
export function gs1WordCurie(word: string, known: ReadonlySet<string>): string {
  return known.has(word) ? `gs1:${word}` : word;
}
