import { useEffect, useRef, useState } from "react";
import { cameraWords, watchCamera } from "../calls/camera.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { Notice } from "../design/notice.tsx";

/** The device's camera until a code is read, or what keeps it from looking. */
export function CameraDialog({
  onRead,
  onClose,
}: {
  readonly onRead: (text: string) => void;
  readonly onClose: () => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const read = useRef(onRead);
  read.current = onRead;
  const [trouble, setTrouble] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let stop = () => undefined as void;
    let gone = false;
    setTrouble(null);
    watchCamera(video.current as HTMLVideoElement, (text) => read.current(text)).then(
      (end) => {
        if (gone) end();
        else stop = end;
      },
      (error: unknown) => setTrouble(cameraWords(error)),
    );
    return () => {
      gone = true;
      stop();
    };
  }, [attempt]);
  return (
    <Dialog title="Scan with the camera" onClose={onClose}>
      <div className="grid gap-4">
        {trouble === null ? (
          <p role="status">Hold the pack’s code, or the container’s label, into the picture.</p>
        ) : (
          <Notice tone="bad">{trouble}</Notice>
        )}
        <video
          ref={video}
          muted
          playsInline
          aria-label="What the camera sees"
          className={`w-full rounded-md bg-sunken ${trouble === null ? "" : "hidden"}`}
        />
        <div className="flex justify-end gap-2">
          {trouble !== null && <Button onPress={() => setAttempt(attempt + 1)}>Try again</Button>}
          <Button onPress={onClose}>Close</Button>
        </div>
      </div>
    </Dialog>
  );
}
