// From degrees to the sheet: which area is drawn, and where a point lies on it.

const METRES_PER_DEGREE = 111_320;
// Closer than this, one house fills the sheet and no street name helps.
const MOST_PIXELS_PER_METRE = 2;

/** A position as [lon, lat]. */
export function pair(point) {
  return [point.lon, point.lat];
}

function people(map) {
  const asked = map.candidates.filter((one) => one.state && one.position);
  const points = [...asked.map((one) => pair(one.position)), ...map.route];
  return map.resident ? [pair(map.resident), ...points] : points;
}

function corners({ bounds }) {
  return bounds.length === 4 ? [bounds.slice(0, 2), bounds.slice(2)] : [];
}

function extent(points) {
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  return { middle: [(west + east) / 2, (south + north) / 2], wide: east - west, tall: north - south };
}

/**
 * View of a map on a sheet; null when there is nothing to look at. Everybody fits in; beyond that it
 * goes as close as the drawn streets still fill the sheet. Equirectangular: over a district its error
 * stays far below a pixel.
 */
export function view(map, width, height, margin) {
  const points = people(map).length > 0 ? people(map) : corners(map);
  if (points.length === 0) return null;
  const { middle, wide, tall } = extent(points);
  const perLon = METRES_PER_DEGREE * Math.cos((middle[1] * Math.PI) / 180);
  const fit = Math.min(
    (width - 2 * margin) / (wide * perLon), (height - 2 * margin) / (tall * METRES_PER_DEGREE));
  const streets = extent(corners(map));
  const cover = Math.max(width / (streets.wide * perLon), height / (streets.tall * METRES_PER_DEGREE));
  const scale = Math.min(fit, corners(map).length > 0 ? cover : fit, MOST_PIXELS_PER_METRE);
  return {
    width,
    height,
    pixelsPerMetre: scale,
    place: ([lon, lat]) => [
      width / 2 + (lon - middle[0]) * perLon * scale,
      height / 2 - (lat - middle[1]) * METRES_PER_DEGREE * scale,
    ],
  };
}

/** The longest round length that fits into so many pixels: 1, 2 or 5 times a power of ten. */
export function roundLength(pixelsPerMetre, pixels) {
  const most = pixels / pixelsPerMetre;
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([5, 2].find((step) => step * power <= most) ?? 1);
}
