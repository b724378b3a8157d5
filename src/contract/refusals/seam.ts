/** Messages between levels: what the inbox, the outbox and the people who look after them are refused. */
export const seamRefusals = {
  "seam.environment": {
    status: 403,
    title: "The message is of the other environment.",
    remedy: "Send it to the instance of its own environment; production and validation never mix.",
  },
  "seam.message-reused": {
    status: 422,
    title: "A different message came with this message id before.",
    remedy: "The sender gives every message an id of its own; correct the sender, then send the message anew.",
  },
  "seam.backlog": {
    status: 503,
    title: "Too many messages already wait for this destination.",
    remedy: "Find out on the messages page why the destination does not take them, then try again.",
  },
  "seam.message-unknown": {
    status: 404,
    title: "There is no message with this id in the outbox.",
    remedy: "Look it up on the messages page; messages that were delivered are removed after a while.",
  },
  "seam.message-settled": {
    status: 409,
    title: "The message was delivered or skipped already.",
    remedy: "Nothing is left to do for it.",
  },
  "seam.not-refused": {
    status: 409,
    title: "Only a message that its receiver refused can be skipped.",
    remedy: "Let it be delivered; it is tried again by itself.",
  },
} as const;
