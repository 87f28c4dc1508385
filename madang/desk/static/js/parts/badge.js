// How many wait, where it is seen without the page: on the installed app's icon, and on the tab's.
const SIZE = 64;
const links = [...document.querySelectorAll('link[rel=icon]')];
const plain = links.map(link => link.href);
let drawn = 0;

/** Show a count; 0 shows none. */
export async function badge(count) {
  (count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.())?.catch(() => {});
  if (Boolean(count) === Boolean(drawn)) return;
  drawn = count;
  const dotted = count ? await dot(plain.at(-1)) : '';
  if (count !== drawn) return; // another count came meanwhile
  links.forEach((link, n) => { link.href = dotted || plain[n]; });
}

async function dot(url) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
  } catch {
    return '';
  }
  const canvas = Object.assign(document.createElement('canvas'), {width: SIZE, height: SIZE});
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0, SIZE, SIZE);
  pen.beginPath();
  pen.arc(SIZE - 15, 15, 14, 0, 2 * Math.PI);
  pen.fillStyle = '#c8322b';
  pen.fill();
  return canvas.toDataURL();
}
