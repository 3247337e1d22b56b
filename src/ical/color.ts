// COLOR takes a CSS colour name (RFC 7986 §5.9); people choose `#rrggbb`. The names are those of CSS Color Module Level 3
// that a calendar is likely to have; near ones are not told apart.

const named =
  'black:000000 white:ffffff red:ff0000 lime:00ff00 blue:0000ff yellow:ffff00 cyan:00ffff magenta:ff00ff silver:c0c0c0 ' +
  'gray:808080 maroon:800000 olive:808000 green:008000 purple:800080 teal:008080 navy:000080 orange:ffa500 brown:a52a2a ' +
  'pink:ffc0cb gold:ffd700 tomato:ff6347 coral:ff7f50 salmon:fa8072 crimson:dc143c firebrick:b22222 darkorange:ff8c00 ' +
  'khaki:f0e68c chocolate:d2691e sienna:a0522d tan:d2b48c yellowgreen:9acd32 olivedrab:6b8e23 limegreen:32cd32 ' +
  'forestgreen:228b22 seagreen:2e8b57 mediumseagreen:3cb371 lightgreen:90ee90 turquoise:40e0d0 darkcyan:008b8b ' +
  'lightseagreen:20b2aa skyblue:87ceeb deepskyblue:00bfff dodgerblue:1e90ff steelblue:4682b4 cornflowerblue:6495ed ' +
  'royalblue:4169e1 mediumblue:0000cd midnightblue:191970 slateblue:6a5acd slategray:708090 indigo:4b0082 ' +
  'mediumpurple:9370db darkviolet:9400d3 orchid:da70d6 violet:ee82ee plum:dda0dd hotpink:ff69b4 deeppink:ff1493 ' +
  'darkgray:a9a9a9 dimgray:696969 lightgray:d3d3d3'

const colors = named.split(' ').map((entry) => {
  const [name = '', hex = ''] = entry.split(':')
  return { name, rgb: rgbOf(hex) }
})

/** The CSS name nearest to a colour `#rrggbb`. */
export function colorName(hex: string): string {
  const wanted = rgbOf(hex.replace('#', ''))
  const [nearest] = [...colors].sort((one, other) => distance(one.rgb, wanted) - distance(other.rgb, wanted))
  return nearest?.name ?? 'gray'
}

type Rgb = readonly [red: number, green: number, blue: number]

function rgbOf(hex: string): Rgb {
  const number = Number.parseInt(hex, 16)
  return [(number >> 16) & 0xff, (number >> 8) & 0xff, number & 0xff]
}

// Squared distance, weighted as the eye is.
function distance([red, green, blue]: Rgb, other: Rgb): number {
  return 3 * (red - other[0]) ** 2 + 4 * (green - other[1]) ** 2 + 2 * (blue - other[2]) ** 2
}
