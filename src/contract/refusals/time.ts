/** Date-times as EPCIS and ISO 8601 write them. */
export const timeRefusals = {
  "time.malformed": {
    status: 400,
    title: "This is not a date-time with an offset from UTC.",
    remedy: "Write it as 2026-11-23T05:00:00.000+01:00, or with Z for UTC.",
  },
  "time.offset": {
    status: 400,
    title: "The offset from UTC is beyond fourteen hours or has no such minutes.",
    remedy: "Write the offset that the clock on the wall had, such as +01:00.",
  },
  "time.no-such-time": {
    status: 400,
    title: "There is no such time of day.",
    remedy: "Hours go to 23, minutes and seconds to 59.",
  },
  "time.no-such-date": {
    status: 400,
    title: "There is no such date.",
    remedy: "Check the month and the day.",
  },
} as const;
