//! Documents that were issued one by one, as one PDF to print: page after page, nothing set anew.

use crate::pdf::PdfError;
use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

/// What a page may have from the nodes above it.
const INHERITED: [&[u8]; 4] = [b"MediaBox", b"CropBox", b"Resources", b"Rotate"];

fn unreadable(error: &lopdf::Error) -> PdfError {
    PdfError::new(format!("an issued document cannot be read: {error}"))
}

/// A page that stands by itself, below `parent`.
fn page_below(document: &Document, page: ObjectId, parent: ObjectId) -> Result<Dictionary, lopdf::Error> {
    let mut whole = document.get_dictionary(page)?.clone();
    for key in INHERITED {
        let mut node = document.get_dictionary(page)?;
        // A tree of pages has few levels; a circle has no end.
        for _ in 0..32 {
            if let Ok(value) = node.get(key) {
                whole.set(key, value.clone());
                break;
            }
            match node.get(b"Parent").and_then(Object::as_reference) {
                Ok(above) => node = document.get_dictionary(above)?,
                Err(_) => break,
            }
        }
    }
    // The structure of each document is not that of the whole.
    whole.remove(b"StructParents");
    whole.set("Parent", parent);
    Ok(whole)
}

/// All pages of some documents, in their order.
pub fn joined(documents: &[Vec<u8>]) -> Result<Vec<u8>, PdfError> {
    let mut whole = Document::with_version("1.7");
    let above = whole.new_object_id();
    let mut kids: Vec<Object> = Vec::new();
    for bytes in documents {
        let mut one = Document::load_mem(bytes).map_err(|error| unreadable(&error))?;
        one.renumber_objects_with(whole.max_id + 1);
        whole.max_id = one.max_id;
        for page in one.get_pages().into_values() {
            let alone = page_below(&one, page, above).map_err(|error| unreadable(&error))?;
            one.objects.insert(page, Object::Dictionary(alone));
            kids.push(page.into());
        }
        whole.objects.extend(one.objects);
    }
    let count = i64::try_from(kids.len()).unwrap_or(i64::MAX);
    let pages = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    whole.objects.insert(above, Object::Dictionary(pages));
    let catalog = whole.add_object(dictionary! { "Type" => "Catalog", "Pages" => above });
    whole.trailer.set("Root", catalog);
    whole.prune_objects();
    let mut bytes = Vec::new();
    whole.save_to(&mut bytes).map_err(|error| PdfError::new(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::{CertificateContent, TEMPLATE, render};
    use chrono::NaiveDate;

    #[test]
    fn every_page_stands_in_its_order() {
        let certificate = |name: &str| {
            let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
            let content = CertificateContent {
                number: name.into(),
                name: name.into(),
                kana: "ケンシュウ タロウ".into(),
                former_name: None,
                birth_date: day,
                basis: String::new(),
                course: "介護支援専門員実務研修".into(),
                completed_on: day,
                issuer: "見本県".into(),
                verification_url: format!("https://kensan.example/verify/{name}"),
            };
            render(&[content], TEMPLATE).unwrap()
        };
        let documents = vec![certificate("研修 太郎"), certificate("髙橋 花子")];
        let book = joined(&documents).unwrap();
        let read = Document::load_mem(&book).unwrap();
        let pages: Vec<ObjectId> = read.get_pages().into_values().collect();
        assert_eq!(pages.len(), 2);
        for (page, alone) in pages.iter().zip(&documents) {
            let alone = Document::load_mem(alone).unwrap();
            let first = alone.get_pages()[&1];
            assert_eq!(read.get_page_content(*page), alone.get_page_content(first));
            assert!(read.get_dictionary(*page).unwrap().has(b"MediaBox"));
        }
        assert!(joined(&[b"no pdf".to_vec()]).is_err());
    }
}
