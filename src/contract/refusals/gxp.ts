/** People, machines, audit trail and electronic signatures (21 CFR Part 11, EU GMP Annex 11). */
export const gxpRefusals = {
  "gxp.sign-in-needed": {
    status: 401,
    title: "Nobody is signed in, or the session has ended.",
    remedy: "Sign in.",
  },
  "gxp.wrong-credentials": {
    status: 401,
    title: "The user name or the password is wrong.",
    remedy: "Try again; after several failures the account is locked for a while.",
  },
  "gxp.locked": {
    status: 403,
    title: "The account is locked after too many failed attempts.",
    remedy: "Wait until the lock ends, or ask an administrator to unlock it.",
  },
  "gxp.disabled": {
    status: 403,
    title: "The account is disabled.",
    remedy: "Ask an administrator.",
  },
  "gxp.not-allowed": {
    status: 403,
    title: "None of your roles may do this.",
    remedy: "Ask somebody who holds the right, or an administrator for the role.",
  },
  "gxp.person-needed": {
    status: 403,
    title: "Only a person may do this, not a machine.",
    remedy: "Sign in as a person.",
  },
  "gxp.owner-scope": {
    status: 403,
    title: "This credential is for another owner's numbers, orders and events.",
    remedy: "Use the credential that was issued for this owner.",
  },
  "gxp.environment-scope": {
    status: 403,
    title: "This credential was issued for the other environment.",
    remedy: "Use a credential of this environment; production and validation never mix.",
  },
  "gxp.password-change-needed": {
    status: 403,
    title: "The password must be changed before anything else.",
    remedy: "Choose a new password.",
  },
  "gxp.password-weak": {
    status: 422,
    title: "The new password is too short, too common or contains your name.",
    remedy: "Choose at least twelve characters that are not your name and not a well-known password.",
  },
  "gxp.password-reused": {
    status: 422,
    title: "The new password was used before.",
    remedy: "Choose one that you have not used lately.",
  },
  "gxp.pin-weak": {
    status: 422,
    title: "The PIN is not six to twelve digits, or is a simple row of digits.",
    remedy: "Choose six or more digits that are not a row or a repetition.",
  },
  "gxp.badge-in-use": {
    status: 409,
    title: "This badge belongs to somebody else.",
    remedy: "Use another badge, or take this one from its holder first.",
  },
  "gxp.user-exists": {
    status: 409,
    title: "There is a user of that name; names are never given twice.",
    remedy: "Choose another user name.",
  },
  "gxp.user-unknown": {
    status: 404,
    title: "There is no such user.",
    remedy: "Check the list of users.",
  },
  "gxp.issued-elsewhere": {
    status: 409,
    title: "This user is kept at the level above and only copied here.",
    remedy: "Make the change at level 4; it is copied down.",
  },
  "gxp.last-administrator": {
    status: 409,
    title: "This would leave nobody who can administer users.",
    remedy: "Make somebody else an administrator first.",
  },
  "gxp.user-state": {
    status: 409,
    title: "The account is not in a state that allows this.",
    remedy: "Look at the account's state and history.",
  },
  "gxp.reason-needed": {
    status: 422,
    title: "A change like this needs its reason.",
    remedy: "Say why in a few words; it becomes part of the audit trail.",
  },
  "gxp.roles": {
    status: 422,
    title: "These roles cannot be given to a person, or none was given.",
    remedy: "Choose among the roles of people.",
  },
  "gxp.credential-unknown": {
    status: 404,
    title: "There is no such machine credential.",
    remedy: "Check the list of credentials.",
  },
  "gxp.credential-name": {
    status: 409,
    title: "A valid machine credential of that name exists.",
    remedy: "Revoke it first, or choose another name.",
  },
  "gxp.signature-refused": {
    status: 403,
    title: "The signature was refused: the user name or the password is wrong.",
    remedy: "Sign again with your own user name and password.",
  },
  "gxp.signer-not-allowed": {
    status: 403,
    title: "The signer's roles do not allow this signature.",
    remedy: "Ask somebody who holds the right to sign.",
  },
  "gxp.signer-other": {
    status: 403,
    title: "The first signature must be that of the person signed in.",
    remedy: "Sign with the account that you are signed in with.",
  },
  "gxp.signer-same": {
    status: 409,
    title: "The second signature must be another person's.",
    remedy: "Ask a second person to sign.",
  },
  "gxp.meaning": {
    status: 422,
    title: "The meaning stated is not one that this record can be signed with.",
    remedy: "Choose one of the meanings offered.",
  },
  "gxp.record-changed": {
    status: 409,
    title: "The record changed after it was shown for signature.",
    remedy: "Look at the record again and sign what it says now.",
  },
  "gxp.signature-broken": {
    status: 409,
    title: "A signature does not fit the record it is shown with.",
    remedy: "Keep the database as it is and call quality assurance.",
  },
  "gxp.segregation": {
    status: 403,
    title: "Whoever did the one step may not do this one on the same subject.",
    remedy: "Ask a person who did not take part.",
  },
  "gxp.provider-needed": {
    status: 409,
    title: "This account signs in with the company's identity provider, not with a password kept here.",
    remedy: "Use the company sign-in; for a signature the provider asks you again.",
  },
  "gxp.provider-off": {
    status: 404,
    title: "No identity provider is configured on this level.",
    remedy: "Sign in with user name and password.",
  },
  "gxp.provider-refused": {
    status: 401,
    title: "The identity provider did not vouch for this sign-in.",
    remedy: "Start the sign-in again; if it persists, ask an administrator.",
  },
  "gxp.provider-roles": {
    status: 403,
    title: "The identity provider knows you, but gives you no role here.",
    remedy: "Ask for a group that is mapped to a role.",
  },
} as const;
