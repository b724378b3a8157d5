import type { Socket } from "node:net";
import jsmodbus from "jsmodbus";
import { Fault } from "../../runtime/fault.ts";

export const connectionLimits = { answerTimeoutMs: 2_000 } as const;

/** Registers of a PLC over one socket. Every failure is a Fault; a write that failed may have been done. */
export type Registers = {
  readonly read: (address: number, count: number) => Promise<readonly number[]>;
  readonly write: (address: number, values: readonly number[]) => Promise<void>;
};

/** Must be made before the socket connects: the client waits for its `connect`. */
export function registersOf(socket: Socket, unit: number): Registers {
  const client = new jsmodbus.client.TCP(socket, unit, connectionLimits.answerTimeoutMs);
  return {
    async read(address, count) {
      try {
        const { response } = await client.readHoldingRegisters(address, count);
        const values = response.body.valuesAsArray;
        if (values.length !== count) throw new Error(`${values.length} registers instead of ${count}`);
        return [...values];
      } catch (error) {
        throw new Fault(
          "transient",
          "conveyor.read-failed",
          `reading ${count} registers from ${address}: ${reason(error)}`,
          error,
        );
      }
    },
    async write(address, values) {
      try {
        await client.writeMultipleRegisters(address, [...values]);
      } catch (error) {
        throw new Fault(
          "ambiguous",
          "conveyor.write-failed",
          `writing ${values.length} registers from ${address}: ${reason(error)}`,
          error,
        );
      }
    },
  };
}

function reason(error: unknown): string {
  return error instanceof Object && "message" in error ? String(error.message) : String(error);
}
