import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";

// The decoder comes from our own server: it would ask one on the internet by itself, and the page may not.
let ready: Promise<unknown> | undefined;

function prepareDecoder(): Promise<unknown> {
  ready ??= prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
  return ready;
}

/** Between two looks at the picture; the decoder takes some tens of milliseconds for each on a phone. */
const lookEveryMs = 150;

/** Why there is no picture, in words and with what to do about it. */
export function cameraWords(error: unknown): string {
  if (!window.isSecureContext || navigator.mediaDevices === undefined)
    return "Browsers give the camera to pages over HTTPS only. Open this page over HTTPS, or type the number.";
  const name = error instanceof DOMException ? error.name : "";
  switch (name) {
    case "NotAllowedError":
      return "The browser was not allowed to use the camera. Allow it beside the page’s address, then try again; or type the number.";
    case "NotFoundError":
    case "OverconstrainedError":
      return "This device has no camera. Use a scanner, or type the number.";
    case "NotReadableError":
      return "Another program holds the camera. Close it, then try again.";
    default:
      return `The camera could not be started${name === "" ? "" : ` (${name})`}. Use a scanner, or type the number.`;
  }
}

/**
 * Shows the camera that looks away from the person and tells of the first symbol that can be read: bracketed where it
 * is a GS1 one, its text otherwise. What it returns ends it. Throws what `getUserMedia` throws.
 */
export async function watchCamera(video: HTMLVideoElement, onRead: (text: string) => void): Promise<() => void> {
  if (navigator.mediaDevices === undefined) throw new TypeError("no camera outside a secure context");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  let over = false;
  const stop = () => {
    over = true;
    for (const track of stream.getTracks()) track.stop();
  };
  try {
    video.srcObject = stream;
    await video.play();
    await prepareDecoder();
  } catch (error) {
    stop();
    throw error;
  }
  const canvas = document.createElement("canvas");
  const look = async () => {
    const text = over ? undefined : await readFrame(video, canvas);
    if (over) return;
    if (text === undefined) setTimeout(() => void look(), lookEveryMs);
    else {
      stop();
      onRead(text);
    }
  };
  void look();
  return stop;
}

async function readFrame(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<string | undefined> {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return undefined;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return undefined;
  context.drawImage(video, 0, 0);
  const found = await readBarcodes(context.getImageData(0, 0, width, height), {
    formats: ["DataMatrix", "QRCode", "Code128"],
    tryHarder: true,
    maxNumberOfSymbols: 1,
  });
  return found.find(({ isValid }) => isValid)?.text;
}
