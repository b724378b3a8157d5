/** Gives a file that was made here to the person. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then; what stays would be held as long as the page.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
