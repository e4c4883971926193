//! Writes every shipped letter, as text, HTML and PDF, into the folder that is named:
//! `cargo run -p letters --example samples -- target/letters`.

use std::{env, error::Error, fs, path::PathBuf};

use letters::{Kind, Language, pdf, render, sample, shipped};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("name a folder to write to")?);
    fs::create_dir_all(&folder)?;
    for kind in Kind::ALL {
        for language in Language::ALL {
            let template = shipped(kind, language)?;
            let letter = sample(kind, language);
            let rendered = render(&template, &letter)?;
            let name = |end: &str| folder.join(format!("{kind}.{language}.{end}"));
            fs::write(name("txt"), format!("{}\n\n{}", rendered.subject, rendered.text))?;
            fs::write(name("html"), rendered.html)?;
            fs::write(name("pdf"), pdf(&template, &letter)?.bytes)?;
        }
    }
    Ok(())
}
