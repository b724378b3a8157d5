/** What a device, or the driver that speaks with it, refuses. */
export const deviceRefusals = {
  "device.running": {
    status: 409,
    title: "The conveyor is running.",
    remedy: "Stop the belt, then prepare the run again.",
  },
  "device.unknown-container": {
    status: 409,
    title: "No container with this number waits for a judgement.",
    remedy: "Look at the packer: the container was judged before or has been taken apart.",
  },
  "device.emergency-stop": {
    status: 409,
    title: "An emergency stop is pressed.",
    remedy: "Make the machine safe and release the emergency stop, then start again.",
  },
  "device.alarm-active": {
    status: 409,
    title: "An alarm of the conveyor is still active.",
    remedy: "Remove the cause that the alarm names (empty the bin, restore the heartbeat), then start again.",
  },
  "device.argument": {
    status: 422,
    title: "The conveyor does not understand a value of this command.",
    remedy: "Check the packing pattern in the recipe: packs per case and cases per pallet start at one.",
  },
  "device.operation": {
    status: 422,
    title: "The conveyor does not know this command.",
    remedy: "Compare the register map version of the PLC program with the driver's.",
  },
  "device.event-number": {
    status: 409,
    title: "An event of the conveyor was overwritten before it was read.",
    remedy:
      "The line holds and rejects what stands between print head and gate; start again and look for what kept the line busy.",
  },
  "device.event-malformed": {
    status: 422,
    title: "An event of the conveyor has a shape that the register map does not know.",
    remedy: "Compare the register map version of the PLC program with the driver's.",
  },
  "device.frame-malformed": {
    status: 422,
    title: "A device sent something that its protocol does not know.",
    remedy: "Check the device's firmware and communication settings; the reading is not used.",
  },
  "device.frame-too-long": {
    status: 422,
    title: "A device sent a message longer than its protocol allows.",
    remedy: "Check the device's communication settings; the message is not used.",
  },
  "device.checksum": {
    status: 422,
    title: "A message of a device was damaged on its way.",
    remedy: "Check cable and network; the reading is not used and the pack is rejected.",
  },
  "device.result-malformed": {
    status: 422,
    title: "A camera's result string has another shape than the job asks for.",
    remedy:
      "Load the communication script of this driver into the camera; the reading is not used and the pack is rejected.",
  },
} as const;
