//! The comparison table as a Word file (Office Open XML), the form in which ministries and prefectures exchange it: a real table with
//! a head that repeats on every page, and underlines.

use super::{Layout, UNPROVEN, escaped, in_order, is_unproven};
use std::io::{Cursor, Write};
use training::guideline::comparison::table::{Side, TableRow};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;
const DOCUMENT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>"#;
/// The page's number, in the middle.
const FOOTER: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>"#;
/// Mincho, 10.5 points: sizes are in half points.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="ＭＳ 明朝" w:hAnsi="ＭＳ 明朝" w:eastAsia="ＭＳ 明朝"/><w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-US" w:eastAsia="ja-JP"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>"#;

/// A4 landscape with margins of 15 mm, in twentieths of a point; each column takes half of what is left.
const PAGE: (u32, u32) = (16_838, 11_906);
const MARGIN: u32 = 850;
const COLUMN: u32 = (PAGE.0 - 2 * MARGIN) / 2;

fn run(words: &str, underlined: bool) -> String {
    let underline = if underlined { r#"<w:rPr><w:u w:val="single"/></w:rPr>"# } else { "" };
    format!(r#"<w:r>{underline}<w:t xml:space="preserve">{}</w:t></w:r>"#, escaped(words))
}

fn paragraph(alignment: &str, runs: &str) -> String {
    format!(r#"<w:p><w:pPr><w:jc w:val="{alignment}"/></w:pPr>{runs}</w:p>"#)
}

/// One character of 10.5 points, in twentieths of a point.
const CHARACTER: usize = 210;

/// A clause's paragraph: labels hang out, and deeper clauses stand further in.
fn clause(row: &TableRow, runs: &str) -> String {
    let left = (row.level.min(5) + usize::from(row.labelled)) * CHARACTER;
    let hanging = usize::from(row.labelled) * CHARACTER;
    format!(r#"<w:p><w:pPr><w:ind w:left="{left}" w:hanging="{hanging}"/><w:jc w:val="both"/></w:pPr>{runs}</w:p>"#)
}

fn cell(paragraph: &str, ruled: bool) -> String {
    let rule = r#"<w:tcBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tcBorders>"#;
    let rule = if ruled { rule } else { "" };
    format!(r#"<w:tc><w:tcPr><w:tcW w:w="{COLUMN}" w:type="dxa"/>{rule}</w:tcPr>{paragraph}</w:tc>"#)
}

fn side(side: &Side) -> String {
    match side {
        Side::Words { words } => words.iter().map(|(words, underlined)| run(words, *underlined)).collect(),
        other => run(&other.omission(), false),
    }
}

fn document(rows: &[TableRow], layout: &Layout) -> String {
    let heads = if layout.old_left {
        [&layout.old_heading, &layout.new_heading]
    } else {
        [&layout.new_heading, &layout.old_heading]
    };
    let head: String = heads.iter().map(|head| cell(&paragraph("center", &run(head, false)), false)).collect();
    let mut table = format!(r#"<w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>"#);
    for (index, row) in rows.iter().enumerate() {
        let ruled = index == 0 || layout.rules.above(row);
        let cells = in_order(row, layout).map(|(words, _)| cell(&clause(row, &side(words)), ruled)).concat();
        table.push_str(&format!("<w:tr>{cells}</w:tr>"));
    }
    let border = |name: &str| format!(r#"<w:{name} w:val="single" w:sz="4" w:space="0" w:color="auto"/>"#);
    let borders: String = ["top", "left", "bottom", "right", "insideV"].into_iter().map(border).collect();
    let note = if is_unproven(rows) { paragraph("left", &run(UNPROVEN, false)) } else { paragraph("left", "") };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>{}{}<w:tbl><w:tblPr><w:tblW w:w="{}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="60" w:type="dxa"/><w:left w:w="120" w:type="dxa"/><w:bottom w:w="60" w:type="dxa"/><w:right w:w="120" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{COLUMN}"/><w:gridCol w:w="{COLUMN}"/></w:tblGrid>{table}</w:tbl>{note}<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="{}" w:h="{}" w:orient="landscape"/><w:pgMar w:top="{MARGIN}" w:right="{MARGIN}" w:bottom="{MARGIN}" w:left="{MARGIN}" w:header="400" w:footer="400" w:gutter="0"/></w:sectPr></w:body></w:document>"#,
        paragraph("center", &run(&layout.title, false)),
        paragraph("right", &run("（傍線部分は改正部分）", false)),
        COLUMN * 2,
        PAGE.0,
        PAGE.1,
    )
}

/// The bytes of a `.docx` file.
pub fn docx(rows: &[TableRow], layout: &Layout) -> std::io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let document = document(rows, layout);
    let properties = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title></cp:coreProperties>"#,
        escaped(&layout.title)
    );
    for (name, content) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS),
        ("docProps/core.xml", &properties),
        ("word/styles.xml", STYLES),
        ("word/footer1.xml", FOOTER),
        ("word/document.xml", &document),
    ] {
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(content.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use training::guideline::comparison::table::table;
    use training::guideline::comparison::{Text, compare};

    #[test]
    fn a_word_file_has_a_table_with_underlines_and_a_repeated_head() {
        let (old, new) = ("１ 目的\n研修は十二時間とし、A<Bとする。\n", "１ 目的\n研修は十五時間とし、A<Bとする。\n");
        let rows = table(&compare(&Text::parse(old), &Text::parse(new)), false);
        let bytes = docx(&rows, &Layout::default()).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
        let mut reader = quick_xml::Reader::from_str(&xml);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
        assert_eq!(xml.matches("<w:tblHeader/>").count(), 1);
        assert_eq!(xml.matches("<w:tr>").count(), 3, "head, heading and paragraph");
        assert!(xml.contains(r#"<w:u w:val="single"/></w:rPr><w:t xml:space="preserve">十五時間</w:t>"#), "{xml}");
        assert!(xml.contains("A&lt;B"));
    }
}
