//! The archive: one zip file, without a date or an owner that a clock or a machine would choose.
//!
//! Our own writer, because the bytes have to be the same everywhere: entries in the order of their
//! names, deflate in Rust alone, the day 1980-01-01 on each, no extra fields (APPNOTE 6.3.10).

use miniz_oxide::deflate::compress_to_vec;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Dossier, File, Moment, Unwritable, files};

/// What an archive is called in its manifest.
const FORMAT: &str = "vigie-dossier-archive-1";

/// What is in an archive, so that whoever opens it sees that all of it is there and as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `vigie-dossier-archive-1`.
    pub format: String,
    /// To whom is owed: its name.
    pub creditor: String,
    /// Who owes: the creditor's id for it.
    pub customer: String,
    /// Which placement.
    pub placement: String,
    /// Who collects.
    pub collector: String,
    /// What was known.
    pub known_at: Moment,
    /// Every other file, by name.
    pub files: Vec<ManifestFile>,
}

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// SHA-256 of them: 64 of 0-9 a-f.
    pub sha256: String,
}

/// What a dossier's archive says of its files.
pub fn manifest(dossier: &Dossier, files: &[File]) -> Manifest {
    let files = files.iter().map(|it| ManifestFile {
        name: it.name.clone(),
        bytes: u64::try_from(it.bytes.len()).unwrap_or(u64::MAX),
        sha256: format!("{:x}", Sha256::digest(&it.bytes)),
    });
    Manifest {
        format: FORMAT.to_owned(),
        creditor: dossier.creditor.name.clone(),
        customer: dossier.customer.id.clone(),
        placement: dossier.placement.placement.clone(),
        collector: dossier.collector.name.clone(),
        known_at: dossier.known_at,
        files: files.collect(),
    }
}

/// A dossier with its manifest, as a zip file: the same dossier, the same bytes.
///
/// # Errors
/// As [`files`], and for a file of 4 GiB or more.
pub fn archive(dossier: &Dossier) -> Result<Vec<u8>, Unwritable> {
    let mut files = files(dossier)?;
    let mut manifest = serde_json::to_vec_pretty(&manifest(dossier, &files))?;
    manifest.push(b'\n');
    files.push(File { name: "manifest.json".to_owned(), bytes: manifest });
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let (mut zip, mut directory) = (Vec::new(), Vec::new());
    for it in &files {
        let large = || Unwritable::TooLarge(it.name.clone());
        let start = u32::try_from(zip.len()).map_err(|_| large())?;
        let body = compress_to_vec(&it.bytes, LEVEL);
        let entry = Entry {
            checksum: crc32(&it.bytes),
            packed: u32::try_from(body.len()).map_err(|_| large())?,
            unpacked: u32::try_from(it.bytes.len()).map_err(|_| large())?,
            name: &it.name,
        };
        entry.local(&mut zip);
        zip.extend_from_slice(&body);
        entry.central(start, &mut directory);
    }
    let large = || Unwritable::TooLarge("the archive".to_owned());
    let start = u32::try_from(zip.len()).map_err(|_| large())?;
    let size = u32::try_from(directory.len()).map_err(|_| large())?;
    let count = u16::try_from(files.len()).map_err(|_| large())?;
    zip.extend_from_slice(&directory);
    // The end of the central directory.
    put(&mut zip, 0x0605_4b50_u32.to_le_bytes());
    for it in [0, 0, count, count] {
        put(&mut zip, it.to_le_bytes());
    }
    put(&mut zip, size.to_le_bytes());
    put(&mut zip, start.to_le_bytes());
    put(&mut zip, [0, 0]);
    Ok(zip)
}

/// As good as the default, and the same everywhere.
const LEVEL: u8 = 6;
/// What a reader has to know: deflate.
const VERSION: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
const DEFLATED: u16 = 8;
/// 1980-01-01, the first day there is.
const DAY: u16 = 0x0021;

struct Entry<'a> {
    checksum: u32,
    packed: u32,
    unpacked: u32,
    name: &'a str,
}

impl Entry<'_> {
    fn local(&self, out: &mut Vec<u8>) {
        put(out, 0x0403_4b50_u32.to_le_bytes());
        self.common(out);
        out.extend_from_slice(self.name.as_bytes());
    }

    fn central(&self, start: u32, out: &mut Vec<u8>) {
        put(out, 0x0201_4b50_u32.to_le_bytes());
        put(out, VERSION.to_le_bytes());
        self.common(out);
        // No comment, the first disk, no attributes.
        put(out, [0; 10]);
        put(out, start.to_le_bytes());
        out.extend_from_slice(self.name.as_bytes());
    }

    fn common(&self, out: &mut Vec<u8>) {
        for it in [VERSION, FLAGS, DEFLATED, 0, DAY] {
            put(out, it.to_le_bytes());
        }
        for it in [self.checksum, self.packed, self.unpacked] {
            put(out, it.to_le_bytes());
        }
        // Names are ours, and short.
        put(out, u16::try_from(self.name.len()).unwrap_or(u16::MAX).to_le_bytes());
        put(out, [0, 0]);
    }
}

fn put<const N: usize>(out: &mut Vec<u8>, bytes: [u8; N]) {
    out.extend_from_slice(&bytes);
}

/// As zip wants it (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
