//! What in a PDF acts by itself: scripts, programs that are started, files within the file. A reader of a record wants none of it.
//!
//! Names are looked for in the objects of the file, and in object streams, which are unpacked up to a limit. What is encrypted cannot be looked
//! at. Source: PDF 32000-1, 7.3.5 (names), 7.3.8 (streams), 7.5.7 (object streams), 12.6.4 (actions).

use flate2::read::ZlibDecoder;
use std::io::Read;

/// Names of what acts, and of what hides it.
const ACTIVE: [&[u8]; 9] = [
    b"JavaScript",
    b"JS",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"Rendition",
    b"XFA",
    b"Encrypt",
];
/// The one that a picture may hold by chance; what it belongs to has a longer name too.
const SHORT: &[u8] = b"JS";
/// Most bytes of object streams that are unpacked.
const UNPACKED: u64 = 64 * 1024 * 1024;

/// Is there something that acts, or that cannot be looked at?
pub(crate) fn is_active(pdf: &[u8]) -> bool {
    // No picture holds the longer ones by chance: wherever they stand, and however they are written, they count. So nothing is hidden by what
    // only looks like a stream.
    if names(pdf).any(|name| name != SHORT && ACTIVE.contains(&name.as_slice())) {
        return true;
    }
    let mut left = UNPACKED;
    let mut rest = pdf;
    while let Some(begin) = stream(rest) {
        let (head, content) = rest.split_at(begin);
        let Some(end) = find(content, b"endstream") else { return true };
        // The dictionaries before it, its own among them: where one is of packed objects, the content is looked at as such.
        let has = |wanted: &[u8]| names(head).any(|name| name == wanted);
        let is_packed = has(b"ObjStm") || (has(b"N") && has(b"First"));
        if has_active_name(head) || (is_packed && !is_passive_stream(&content[..end], &mut left)) {
            return true;
        }
        rest = &content[end + b"endstream".len()..];
    }
    has_active_name(rest)
}

/// Where the content of the next stream begins: after the word behind a dictionary, before the end of its line.
fn stream(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"stream").find_map(|at| {
        let end = at + b"stream".len();
        let before = bytes[..at].trim_ascii_end();
        let is_keyword = before.ends_with(b">>") && matches!(bytes.get(end), Some(b'\r' | b'\n'));
        is_keyword.then_some(end)
    })
}

/// Objects that were packed together: packed by Flate, as writers do, within the limit, and without anything that acts.
fn is_passive_stream(content: &[u8], left: &mut u64) -> bool {
    let packed = content.strip_prefix(b"\r\n").or_else(|| content.strip_prefix(b"\n")).unwrap_or(content);
    let mut unpacked = Vec::new();
    let read = ZlibDecoder::new(packed).take(*left + 1).read_to_end(&mut unpacked);
    let length = unpacked.len() as u64;
    if read.is_err() || length > *left {
        return false;
    }
    *left -= length;
    !has_active_name(&unpacked)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, wanted)
}

/// The names that stand here. `#4a` is another way to write `J`.
fn names(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    memchr::memchr_iter(b'/', bytes).map(|slash| name_at(&bytes[slash + 1..]))
}

fn has_active_name(bytes: &[u8]) -> bool {
    names(bytes).any(|name| ACTIVE.contains(&name.as_slice()))
}

/// The name that begins here, not longer than the longest one that is looked for.
fn name_at(bytes: &[u8]) -> Vec<u8> {
    let mut name = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at).filter(|_| name.len() < 16) {
        if byte.is_ascii_whitespace()
            || matches!(byte, 0 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
        {
            break;
        }
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|_| byte == b'#').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(written) => {
                name.push(written);
                at += 3;
            }
            None => {
                name.push(byte);
                at += 1;
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    fn packed(objects: &str) -> Vec<u8> {
        let mut packing = ZlibEncoder::new(Vec::new(), Compression::default());
        packing.write_all(objects.as_bytes()).unwrap();
        let packed = packing.finish().unwrap();
        [b"1 0 obj <</Type/ObjStm/N 1/Filter/FlateDecode>>stream\r\n", &packed[..], b"\nendstream endobj"].concat()
    }

    /// The same without saying what it is.
    fn unnamed(objects: &str) -> Vec<u8> {
        let named = packed(objects);
        [
            b"1 0 obj <</N 1/First 4/Filter/FlateDecode>>stream\r\n",
            &named[named.iter().position(|&b| b == b'\n').unwrap() + 1..],
        ]
        .concat()
    }

    #[test]
    fn what_acts_is_found_however_it_is_written() {
        let cases: Vec<(Vec<u8>, bool)> = vec![
            (b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj".to_vec(), false),
            (b"1 0 obj <</OpenAction<</S/JavaScript/JS(app.alert(1))>>>> endobj".to_vec(), true),
            (b"1 0 obj <</S/#4aavaScript>> endobj".to_vec(), true),
            (b"1 0 obj <</S/Launch/F(x.exe)>> endobj".to_vec(), true),
            (b"1 0 obj <</Names<</EmbeddedFiles 3 0 R>>>> endobj".to_vec(), true),
            (b"trailer <</Encrypt 5 0 R>>".to_vec(), true),
            (b"1 0 obj <</JSX/1/Launcher/2>> endobj".to_vec(), false),
            // What stands in a picture or a text is no name, unless nobody writes it by chance.
            (b"1 0 obj <</Length 9>>stream\n /JS /JSX \nendstream endobj trailer".to_vec(), false),
            (b"%>>stream\n5 0 obj <</S/J#61vaScript/J#53(app.alert(1))>> endobj\n%endstream".to_vec(), true),
            (b"(>>stream\n) <</S/Launch/F(x.exe)>> (endstream)".to_vec(), true),
            (b"%>>stream\n<</AcroForm<</X#46A 3 0 R>>>>\n%endstream".to_vec(), true),
            (unnamed("1 0 <</S/JavaScript>>"), true),
            (unnamed("1 0 <</Type/Page>>"), false),
            (b"%stream\n1 0 obj <</S/Launch>> endobj".to_vec(), true),
            (b"1 0 obj <</Length 9>>stream\n never ends".to_vec(), true),
            (b"1 0 obj <</Type/Obj#53tm/X(obj)>>stream\nnot packed\nendstream endobj".to_vec(), true),
            (packed("1 0 <</Type/Page>>"), false),
            (packed("1 0 <</S/JavaScript>>"), true),
            (b"1 0 obj <</Type/ObjStm>>stream\nnot packed\nendstream endobj".to_vec(), true),
        ];
        for (pdf, expected) in cases {
            assert_eq!(is_active(&pdf), expected, "{}", String::from_utf8_lossy(&pdf));
        }
    }

    #[test]
    fn what_unpacks_to_too_much_is_not_looked_at() {
        let bomb = packed(&" ".repeat(UNPACKED as usize + 1));
        assert!(is_active(&bomb));
    }
}
