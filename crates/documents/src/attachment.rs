//! Files people attach: PDF, and photographs as JPEG or PNG, which lose everything beside the picture. What a camera writes into a file (place, time,
//! owner) would say where a client lives.

use crate::active_content::is_active;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::Png;
use img_parts::{Bytes, ImageEXIF};
use training::practicum::attachment::{AttachmentFault, LARGEST, MediaType};

/// A file that can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub media_type: MediaType,
    pub bytes: Vec<u8>,
}

/// How far from its end a PDF says that it is complete, in bytes (PDF 32000-1, annex H.3).
const PDF_END: usize = 1024;

/// Most segments or chunks of a picture: a photograph of ten megabytes has a few hundred. Each costs many times its bytes.
const MOST_PIECES: usize = 5000;

/// Chunks of a PNG that say how it is drawn, beside the critical ones.
const DRAWN: [[u8; 4]; 8] = [*b"tRNS", *b"gAMA", *b"cHRM", *b"sRGB", *b"iCCP", *b"sBIT", *b"pHYS", *b"bKGD"];

/// Reads a file by what is in it, whatever its name says.
pub fn read(bytes: &[u8]) -> Result<Attached, AttachmentFault> {
    match bytes {
        [] => Err(AttachmentFault::Empty),
        bytes if bytes.len() > LARGEST => Err(AttachmentFault::TooLarge),
        bytes if bytes.starts_with(b"%PDF-") => pdf(bytes),
        bytes if bytes.starts_with(&[0xFF, markers::SOI]) => jpeg(bytes),
        bytes if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => png(bytes),
        _ => Err(AttachmentFault::WrongType),
    }
}

fn pdf(bytes: &[u8]) -> Result<Attached, AttachmentFault> {
    let end = &bytes[bytes.len().saturating_sub(PDF_END)..];
    match end.windows(5).any(|window| window == b"%%EOF") {
        true if is_active(bytes) => Err(AttachmentFault::Active),
        true => Ok(Attached { media_type: MediaType::Pdf, bytes: bytes.to_vec() }),
        false => Err(AttachmentFault::Damaged),
    }
}

fn jpeg(bytes: &[u8]) -> Result<Attached, AttachmentFault> {
    if heads(bytes).is_none_or(|count| count > MOST_PIECES) {
        return Err(AttachmentFault::Damaged);
    }
    let mut jpeg = Jpeg::from_bytes(Bytes::copy_from_slice(bytes)).map_err(|_| AttachmentFault::Damaged)?;
    let turned = jpeg.exif().as_deref().and_then(orientation);
    jpeg.segments_mut().retain(|segment| draws(segment.marker(), segment.contents()));
    let last = jpeg.segments_mut().last_mut().ok_or(AttachmentFault::Damaged)?;
    // Its entropy is the rest of the file.
    let rest = last.len_with_entropy() - last.len();
    let scans = scans(&bytes[bytes.len() - rest..]).ok_or(AttachmentFault::Damaged)?;
    *last = JpegSegment::new_with_entropy(last.marker(), last.contents().clone(), scans.into());
    if let Some(turned) = turned {
        jpeg.set_exif(Some(only_orientation(turned)));
    }
    Ok(Attached { media_type: MediaType::Jpeg, bytes: jpeg.encoder().bytes().to_vec() })
}

/// Segments before the first scan, as their lengths lead from one to the next; `None` where they lead elsewhere.
fn heads(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    let mut count = 0;
    loop {
        // Any marker may be preceded by fill bytes (ITU-T T.81, B.1.1.2).
        while bytes.get(at..at + 2)? == [0xFF, 0xFF] {
            at += 1;
        }
        let [0xFF, marker, high, low] = bytes.get(at..at + 4)? else { return None };
        if *marker == markers::SOS {
            return Some(count);
        }
        count += 1;
        at += 2 + usize::from(u16::from_be_bytes([*high, *low]).max(2));
    }
}

/// Does a segment belong to the picture? Its colours (ICC, Adobe) and its density (JFIF, without a small picture of what was there before the
/// large one was blacked out) do.
fn draws(marker: u8, content: &[u8]) -> bool {
    match marker {
        markers::APP0 => content.starts_with(b"JFIF\0") && content.len() <= 14,
        markers::APP2 => content.starts_with(b"ICC_PROFILE\0"),
        markers::APP14 => content.starts_with(b"Adobe"),
        markers::APP0..=markers::APP15 | markers::COM => false,
        _ => true,
    }
}

/// What follows the head of the first scan, up to the end of the picture; telephones put more behind it. `None` where it does not end.
fn scans(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(rest.len());
    loop {
        // Within a scan 0xFF is followed by 0, or by a marker that restarts it (ITU-T T.81, B.1.1.5).
        let within = |byte: u8| matches!(byte, 0 | 0xFF | markers::RST0..=markers::RST7);
        let at = rest.windows(2).position(|pair| pair[0] == 0xFF && !within(pair[1]))?;
        // Fill bytes before a marker would make another one with what follows a segment that is dropped.
        let filled = rest[..at].iter().rev().take_while(|byte| **byte == 0xFF).count();
        kept.extend(&rest[..at - filled]);
        let marker = rest[at + 1];
        if marker == markers::EOI {
            kept.extend([0xFF, markers::EOI]);
            return Some(kept);
        }
        let length = u16::from_be_bytes([*rest.get(at + 2)?, *rest.get(at + 3)?]).max(2);
        let segment = rest.get(at..at + 2 + usize::from(length))?;
        if draws(marker, &segment[4..]) {
            kept.extend(segment);
        }
        rest = &rest[at + segment.len()..];
    }
}

fn png(bytes: &[u8]) -> Result<Attached, AttachmentFault> {
    if bytes.len() / 12 > MOST_PIECES && chunks(bytes) > MOST_PIECES {
        return Err(AttachmentFault::Damaged);
    }
    let mut png = Png::from_bytes(Bytes::copy_from_slice(bytes)).map_err(|_| AttachmentFault::Damaged)?;
    if png.chunks().last().is_none_or(|chunk| chunk.kind() != *b"IEND") {
        return Err(AttachmentFault::Damaged);
    }
    // A critical chunk begins with a capital letter (PNG specification, 5.4).
    png.chunks_mut().retain(|chunk| chunk.kind()[0].is_ascii_uppercase() || DRAWN.contains(&chunk.kind()));
    Ok(Attached { media_type: MediaType::Png, bytes: png.encoder().bytes().to_vec() })
}

/// Chunks, as their lengths lead from one to the next.
fn chunks(bytes: &[u8]) -> usize {
    let mut at = 8;
    let mut count = 0;
    while let Some(length) = bytes.get(at..at + 4).and_then(|length| length.try_into().ok()) {
        count += 1;
        at = at.saturating_add(12).saturating_add(u32::from_be_bytes(length) as usize);
    }
    count
}

/// How the picture is to be turned (Exif 2.32, tag 274), if it is.
fn orientation(raw: &[u8]) -> Option<u8> {
    let exif = exif::Reader::new().read_raw(raw.to_vec()).ok()?;
    let turned = exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?.value.get_uint(0)?;
    u8::try_from(turned).ok().filter(|turned| (2..=8).contains(turned))
}

/// Exif data with this tag alone: a TIFF head, one directory, one entry.
fn only_orientation(turned: u8) -> Bytes {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend([turned, 0, 0, 0, 0, 0, 0]);
    Bytes::from(tiff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A grey pixel, with a segment of Exif data, a comment, and something after its end.
    fn photograph(turned: u16, place: &[u8]) -> Vec<u8> {
        let mut tiff = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend([0x12, 1, 3, 0, 1, 0, 0, 0]);
        tiff.extend(turned.to_le_bytes());
        tiff.extend([0, 0]);
        // ImageDescription, after the directory.
        tiff.extend([0x0e, 1, 2, 0]);
        tiff.extend((place.len() as u32).to_le_bytes());
        tiff.extend(38u32.to_le_bytes());
        tiff.extend([0, 0, 0, 0]);
        tiff.extend(place);
        let segment = |marker: u8, content: &[u8]| {
            let length = (content.len() as u16 + 2).to_be_bytes();
            [&[0xFF, marker][..], &length, content].concat()
        };
        let tables = [0x43; 64];
        [
            vec![0xFF, markers::SOI],
            segment(markers::APP1, &[b"Exif\0\0", &tiff[..]].concat()),
            segment(markers::APP1, &[b"http://ns.adobe.com/xap/1.0/\0", place].concat()),
            segment(markers::COM, place),
            segment(markers::DQT, &[&[0][..], &tables].concat()),
            segment(markers::SOF0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
            segment(markers::SOS, &[1, 1, 0, 0, 63, 0]),
            vec![0x7F, 0x3F],
            vec![0xFF, markers::EOI],
            place.to_vec(),
        ]
        .concat()
    }

    fn contains(bytes: &[u8], piece: &[u8]) -> bool {
        bytes.windows(piece.len()).any(|window| window == piece)
    }

    #[test]
    fn a_photograph_loses_its_place_and_keeps_how_it_is_turned() {
        let place = b"35.6895,139.6917";
        for (turned, kept) in [(6, Some(6)), (1, None), (9, None)] {
            let sent = photograph(turned, place);
            assert!(contains(&sent, place));
            let attached = read(&sent).unwrap();
            assert_eq!(attached.media_type, MediaType::Jpeg);
            assert!(!contains(&attached.bytes, place), "{turned}");
            let jpeg = Jpeg::from_bytes(attached.bytes.clone().into()).unwrap();
            assert_eq!(jpeg.exif().as_deref().and_then(orientation), kept);
            assert!(contains(&attached.bytes, &[0x7F, 0x3F]), "the picture is there");
            assert_eq!(read(&attached.bytes).unwrap(), attached, "once is enough");
        }
    }

    #[test]
    fn a_png_loses_its_texts() {
        let chunk = |kind: &[u8; 4], content: &[u8]| img_parts::png::PngChunk::new(*kind, content.to_vec().into());
        let chunks = [chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]), chunk(b"tEXt", b"Author\0somebody")];
        let chunks = chunks.into_iter().chain([chunk(b"gAMA", &[0, 0, 0xB1, 0x8F]), chunk(b"IDAT", b"?")]);
        let mut sent = b"\x89PNG\r\n\x1a\n".to_vec();
        for chunk in chunks.chain([chunk(b"IEND", b"")]) {
            sent.extend(chunk.encoder().bytes());
        }
        let attached = read(&sent).unwrap();
        assert!(!contains(&attached.bytes, b"somebody") && contains(&attached.bytes, b"gAMA"));
        assert_eq!(read(&sent[..sent.len() - 8]), Err(AttachmentFault::Damaged));
    }

    #[test]
    fn a_file_is_what_is_in_it() {
        let whole = photograph(1, b"x");
        for (bytes, expected) in [
            (&b""[..], AttachmentFault::Empty),
            (b"<html><script>", AttachmentFault::WrongType),
            (b"PK\x03\x04", AttachmentFault::WrongType),
            (b"%PDF-1.7\nhalf of it", AttachmentFault::Damaged),
            (b"%PDF-1.7\n1 0 obj <</S/JavaScript>>\n%%EOF\n", AttachmentFault::Active),
            (&whole[..whole.len() - 4], AttachmentFault::Damaged),
            (&[0xFF, 0xD8], AttachmentFault::Damaged),
            (&vec![b'x'; LARGEST + 1], AttachmentFault::TooLarge),
        ] {
            assert_eq!(read(bytes), Err(expected), "{:?}", &bytes[..bytes.len().min(20)]);
        }
        let pdf = b"%PDF-1.7\n1 0 obj\n%%EOF\n";
        assert_eq!(read(pdf).unwrap(), Attached { media_type: MediaType::Pdf, bytes: pdf.to_vec() });
    }

    #[test]
    fn a_picture_of_countless_pieces_is_refused() {
        let end = [0xFF, markers::SOS, 0, 2, 0xFF, markers::EOI];
        for (pieces, expected) in [(MOST_PIECES, true), (MOST_PIECES + 1, false)] {
            let jpeg = [&[0xFF, markers::SOI][..], &[0xFF, markers::DHT, 0, 2].repeat(pieces), &end].concat();
            assert_eq!(read(&jpeg).is_ok(), expected, "{pieces}");
            let padded = [&jpeg[..6], &[0], &jpeg[6..]].concat();
            assert!(read(&padded).is_err(), "what is not counted is not taken");
            let empty = img_parts::png::PngChunk::new(*b"gAMA", Bytes::new()).encoder().bytes();
            let last = img_parts::png::PngChunk::new(*b"IEND", Bytes::new()).encoder().bytes();
            let png = [b"\x89PNG\r\n\x1a\n".to_vec(), empty.repeat(pieces - 1), last.to_vec()].concat();
            assert_eq!(read(&png).is_ok(), expected, "{pieces}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_answered(mut bytes: Vec<u8>, head in 0usize..4, at in 0usize..200, with: u8) {
            let heads: [&[u8]; 4] = [b"", b"\xFF\xD8\xFF\xE1", b"\x89PNG\r\n\x1a\n", b"%PDF-"];
            bytes.splice(0..0, heads[head].iter().copied());
            let mut damaged = photograph(6, b"place");
            let length = damaged.len();
            damaged[at % length] = with;
            for sent in [bytes, damaged] {
                if let Ok(attached) = read(&sent) {
                    prop_assert_eq!(read(&attached.bytes), Ok(attached));
                }
            }
        }
    }
}
