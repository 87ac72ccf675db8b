//! SVG to PNG, with the fonts of this machine.

use resvg::{tiny_skia, usvg};

use crate::output::Trouble;

/// Pictures larger than this on a side are made smaller.
const MAX_SIDE: f32 = 16_000.0;
const SCALE: f32 = 2.0;

pub(crate) fn render(svg: &str) -> Result<Vec<u8>, Trouble> {
    let mut options = usvg::Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_system_fonts();
    let known = ["DejaVu Sans", "Noto Sans", "Liberation Sans", "Arial", "Helvetica", "Segoe UI"];
    let family = known
        .iter()
        .map(|name| (*name).to_owned())
        .find(|name| fonts.faces().any(|face| face.families.iter().any(|(family, _)| family == name)))
        .or_else(|| fonts.faces().find_map(|face| face.families.first().map(|(family, _)| family.clone())));
    let Some(family) = family else { return Err(Trouble::new("a PNG needs a font, and this machine has none")) };
    fonts.set_sans_serif_family(family);
    let tree =
        usvg::Tree::from_str(svg, &options).map_err(|error| Trouble::new(format_args!("cannot draw: {error}")))?;
    let size = tree.size();
    let scale = SCALE.min(MAX_SIDE / size.width().max(size.height()));
    let (width, height) = ((size.width() * scale).ceil() as u32, (size.height() * scale).ceil() as u32);
    let mut pixels = tiny_skia::Pixmap::new(width.max(1), height.max(1))
        .ok_or_else(|| Trouble::new("the picture would be too large"))?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| Trouble::new(format_args!("cannot write the picture: {error}")))
}
