// From degrees to the sheet: which area is drawn, and where a point lies on it.

const METRES_PER_DEGREE = 111_320;
// Less would leave the reader without the streets around.
const LEAST_METRES = 500;

/** A position as [lon, lat]. */
export function pair(point) {
  return [point.lon, point.lat];
}

function people(map) {
  const asked = map.candidates.filter((one) => one.state && one.position);
  const points = [...asked.map((one) => pair(one.position)), ...map.route];
  return map.resident ? [pair(map.resident), ...points] : points;
}

/** The area to draw: around the people, or what the server names while there are none. */
export function area(map) {
  const [west, south, east, north] = map.bounds;
  const corners = map.bounds.length === 4 ? [[west, south], [east, north]] : [];
  const points = people(map).length > 0 ? people(map) : corners;
  if (points.length === 0) return null;
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** Equirectangular view of an area; over a district the error stays far below a pixel. */
export function view([west, south, east, north], width, height, margin) {
  const middle = { lon: (west + east) / 2, lat: (south + north) / 2 };
  const perLon = METRES_PER_DEGREE * Math.cos((middle.lat * Math.PI) / 180);
  const wide = Math.max((east - west) * perLon, LEAST_METRES);
  const tall = Math.max((north - south) * METRES_PER_DEGREE, LEAST_METRES);
  const scale = Math.min((width - 2 * margin) / wide, (height - 2 * margin) / tall);
  return {
    width,
    height,
    pixelsPerMetre: scale,
    place: ([lon, lat]) => [
      width / 2 + (lon - middle.lon) * perLon * scale,
      height / 2 - (lat - middle.lat) * METRES_PER_DEGREE * scale,
    ],
  };
}

/** The longest round length that fits into so many pixels: 1, 2 or 5 times a power of ten. */
export function roundLength(pixelsPerMetre, pixels) {
  const most = pixels / pixelsPerMetre;
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([5, 2].find((step) => step * power <= most) ?? 1);
}
