//! One file of many: a zip of stored entries in the order of their names, all of one date, so that
//! the same contents are the same bytes. Any program that knows zip can unpack it; this one reads
//! only what it would have written itself, which leaves no room for bombs, doubles or paths that
//! climb.

use std::collections::BTreeMap;

use crate::verify::Refused;

/// The files of a bundle, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What a bundle may measure, in bytes. It is read whole.
pub const BYTES_MAX: usize = 512 * 1024 * 1024;
/// How many files it may have.
const FILES_MAX: usize = 60_000;
const NAME_MAX: usize = 200;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// Stored entries need no more than the first version of the format.
const VERSION: u16 = 10;
/// 1 January 1980, the first day there is.
const DATE: u16 = 0x21;
/// Of a local header: what stands before its name.
const LOCAL_BYTES: usize = 30;

/// Why files cannot be packed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unpackable(String);

/// Whether a file may be called so: a relative path of plain letters that does not climb.
pub fn check_name(name: &str) -> Result<(), String> {
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-' | '/');
    if name.len() > NAME_MAX || !name.chars().all(plain) {
        return Err(format!("a name has at most {NAME_MAX} of A-Z a-z 0-9 . _ - /"));
    }
    if name.split('/').any(|it| matches!(it, "" | "." | "..")) {
        return Err("a name is a relative path without . and ..".to_owned());
    }
    Ok(())
}

/// The bytes of a zip with these files.
pub(crate) fn pack(files: &Files) -> Result<Vec<u8>, Unpackable> {
    let too = |what: &str| Unpackable(format!("the bundle would have too many {what}"));
    let count = u16::try_from(files.len()).map_err(|_| too("files"))?;
    let sum: usize = files.iter().map(|(name, bytes)| 128 + 2 * name.len() + bytes.len()).sum();
    if files.len() > FILES_MAX || sum > BYTES_MAX {
        return Err(too("bytes"));
    }
    let (mut out, mut central) = (Vec::with_capacity(sum), Vec::new());
    for (name, bytes) in files {
        let size = u32::try_from(bytes.len()).map_err(|_| too("bytes"))?;
        let length = u16::try_from(name.len()).map_err(|_| too("letters in a name"))?;
        let offset = u32::try_from(out.len()).map_err(|_| too("bytes"))?;
        let crc = crc32(bytes);
        // What both headers have in common.
        let mut common = Vec::with_capacity(26);
        for it in [VERSION, 0, 0, 0, DATE] {
            common.extend_from_slice(&it.to_le_bytes());
        }
        for it in [crc, size, size] {
            common.extend_from_slice(&it.to_le_bytes());
        }
        for it in [length, 0] {
            common.extend_from_slice(&it.to_le_bytes());
        }
        out.extend_from_slice(&LOCAL.to_le_bytes());
        out.extend_from_slice(&common);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(bytes);
        central.extend_from_slice(&CENTRAL.to_le_bytes());
        central.extend_from_slice(&VERSION.to_le_bytes());
        central.extend_from_slice(&common);
        // No comment, the first disk, no attributes.
        central.extend_from_slice(&[0; 10]);
        central.extend_from_slice(&offset.to_le_bytes());
        central.extend_from_slice(name.as_bytes());
    }
    let offset = u32::try_from(out.len()).map_err(|_| too("bytes"))?;
    let size = u32::try_from(central.len()).map_err(|_| too("files"))?;
    out.extend_from_slice(&central);
    out.extend_from_slice(&END.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&offset.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    Ok(out)
}

/// The files of a bundle, if it is one that we could have written, to the last byte.
pub fn unpack(bytes: &[u8]) -> Result<Files, Refused> {
    let refused = |why: &str| Refused::new("the bundle", why);
    if bytes.len() > BYTES_MAX {
        return Err(refused("is larger than a bundle may be"));
    }
    if !bytes.starts_with(&LOCAL.to_le_bytes()) {
        return Err(refused("is no zip of ours"));
    }
    let mut files = Files::new();
    let mut rest = bytes;
    while rest.starts_with(&LOCAL.to_le_bytes()) {
        let cut = || refused("ends in the middle of a file");
        let (header, after) = rest.split_at_checked(LOCAL_BYTES).ok_or_else(cut)?;
        let (size, length) = (number(header, 22..26), number(header, 26..28));
        if number(header, 8..10) != 0 || number(header, 18..22) != size {
            return Err(refused("holds a file that is not stored as it is"));
        }
        let (name, after) = after.split_at_checked(length).ok_or_else(cut)?;
        let (contents, after) = after.split_at_checked(size).ok_or_else(cut)?;
        let name = std::str::from_utf8(name).map_err(|_| refused("has a name that is no text"))?;
        check_name(name).map_err(|why| Refused::new(name, why))?;
        if files.insert(name.to_owned(), contents.to_vec()).is_some() {
            return Err(Refused::new(name, "stands in the bundle twice"));
        }
        if files.len() > FILES_MAX {
            return Err(refused("has too many files"));
        }
        rest = after;
    }
    let again = pack(&files).map_err(|error| refused(&error.0))?;
    if again != bytes {
        return Err(refused(
            "is not as it was written: cut off, changed, or packed anew by another program. \
             If it was packed anew, unpack it and verify the folder",
        ));
    }
    Ok(files)
}

/// A number of a header, its lowest byte first; 0 where there is none.
fn number(header: &[u8], at: std::ops::Range<usize>) -> usize {
    let bytes = header.get(at).unwrap_or_default();
    bytes.iter().rev().fold(0, |sum, it| sum * 256 + usize::from(*it))
}

/// CRC-32 as zip has it (ISO 3309), a table of 256.
fn crc32(bytes: &[u8]) -> u32 {
    static TABLE: [u32; 256] = table();
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        let [low, ..] = sum.to_le_bytes();
        let mixed = TABLE.get(usize::from(low ^ *byte)).copied().unwrap_or_default();
        mixed ^ (sum >> 8)
    });
    !sum
}

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut rest: &mut [u32] = &mut table;
    let mut number = 0;
    while let Some((first, others)) = rest.split_first_mut() {
        let mut sum: u32 = number;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
            bit += 1;
        }
        *first = sum;
        rest = others;
        number += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_sum_is_the_one_that_everybody_computes() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn what_was_packed_is_unpacked_and_is_the_same_bytes_again() {
        let files = Files::from([
            ("a.txt".to_owned(), b"one".to_vec()),
            ("b/c.json".to_owned(), Vec::new()),
        ]);
        let packed = pack(&files).unwrap();
        assert_eq!(unpack(&packed), Ok(files.clone()));
        assert_eq!(pack(&files).unwrap(), packed);
    }

    #[test]
    fn every_byte_of_the_wrapping_counts() {
        let files = Files::from([
            ("a.txt".to_owned(), b"one".to_vec()),
            ("b.txt".to_owned(), b"two".to_vec()),
        ]);
        let packed = pack(&files).unwrap();
        for at in 0..packed.len() {
            let mut changed = packed.clone();
            changed[at] ^= 1;
            assert_ne!(unpack(&changed).ok(), Some(files.clone()), "byte {at}");
            assert!(unpack(&packed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn names_do_not_climb_and_do_not_stand_twice() {
        for name in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a\\b", "c:", "a/./b", "ü"] {
            assert!(check_name(name).is_err(), "{name}");
            let files = Files::from([(name.to_owned(), Vec::new())]);
            assert!(unpack(&pack(&files).unwrap()).is_err(), "{name}");
        }
        let one = Files::from([("a".to_owned(), b"x".to_vec())]);
        let packed = pack(&one).unwrap();
        let local = &packed[..LOCAL_BYTES + 2];
        let twice = [local, packed.as_slice()].concat();
        assert_eq!(unpack(&twice).unwrap_err().place, "a");
    }

    #[test]
    fn a_file_that_would_grow_when_unpacked_is_refused() {
        let mut packed = pack(&Files::from([("a".to_owned(), b"x".to_vec())])).unwrap();
        packed[8] = 8;
        assert!(unpack(&packed).unwrap_err().why.contains("stored"));
        packed[8] = 0;
        packed[22..26].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(unpack(&packed).is_err());
    }
}
