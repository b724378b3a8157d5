/** What a level's process tells the one that started it, over Node's IPC channel. */
export type Address = { readonly label: string; readonly url: string };

export type FromLevel = {
  readonly type: "ready";
  readonly addresses: readonly Address[];
  /** The one-time password of the first administrator, at the very first start only. */
  readonly firstAdministrator?: { readonly userName: string; readonly password: string };
};
