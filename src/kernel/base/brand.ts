declare const brand: unique symbol;

/** A `T` that only its parser can make: `type Gtin = Brand<string, "Gtin">`. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
