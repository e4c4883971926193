//! The committed code is what `proto/` gives today. `VIGIE_REGENERATE=1 cargo test -p api` writes
//! it anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use prost_types::FileDescriptorSet;
use protox::Compiler;

/// Every `.proto` of ours below a folder, as a path to compile, in a fixed order.
fn ours(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(ours(&path)?);
        } else if path.extension().is_some_and(|it| it == "proto") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn compiler(proto: &Path, source_info: bool) -> Result<Compiler, Box<dyn Error>> {
    let mut compiler = Compiler::new([proto])?;
    compiler.include_imports(true).include_source_info(source_info);
    compiler.open_files(ours(&proto.join("vigie"))?)?;
    Ok(compiler)
}

fn generate(proto: &Path, into: &Path) -> Result<(), Box<dyn Error>> {
    let mut files = compiler(proto, true)?.file_descriptor_set();
    // Annotations speak to clients of other languages; prost has no use for them.
    files.file.retain(|it| it.package() != "google.api");
    // Comments of others may hold what looks like links to us.
    for file in files.file.iter_mut().filter(|it| it.package().starts_with("google.")) {
        file.source_code_info = None;
    }
    tonic_prost_build::configure()
        .out_dir(into)
        .emit_rerun_if_changed(false)
        .btree_map(".")
        .codec_path("crate::call::Codec")
        // Ten times the size of the other variants.
        .boxed(".vigie.invoicing.v1.WatchAccountResponse.update.account")
        .boxed(".vigie.risk.v1.CreditInput.input.statement")
        .boxed(".vigie.alerts.v1.AlertChange.what.raised")
        .compile_fds(files.clone())?;
    for entry in fs::read_dir(into)? {
        let path = entry?.path();
        fs::write(&path, our_way(&fs::read_to_string(&path)?))?;
    }
    fs::write(into.join("messages.rs"), messages(&files))?;
    let set = compiler(proto, false)?.encode_file_descriptor_set();
    fs::write(into.join("file_descriptor_set.binpb"), set)?;
    Ok(())
}

/// Generated code, by our way to ask and to answer a call in the place of tonic's.
fn our_way(code: &str) -> String {
    let code = code
        .replace("self.inner.unary(req, path", "crate::call::ask(&mut self.inner, req, path")
        .replace("tonic::server::Grpc::new(codec)", "crate::call::Grpc::new(codec)")
        .replace("impl<T, B> tonic::codegen::Service<", "impl<T> tonic::codegen::Service<")
        .replace("        B: Body + std::marker::Send + 'static,\n", "")
        .replace("        B::Error: Into<StdError> + std::marker::Send + 'static,\n", "")
        .replace("http::Request<B>", "http::Request<tonic::body::Body>");
    let left = ["tonic::server::Grpc", "<T, B>", "inner.unary("];
    assert!(!left.into_iter().any(|it| code.contains(it)), "tonic has changed");
    code
}

/// Every message that a method takes or gives.
fn messages(files: &FileDescriptorSet) -> String {
    let methods = files.file.iter().flat_map(|it| &it.service).flat_map(|it| &it.method);
    let types = methods.flat_map(|it| [it.input_type(), it.output_type()]);
    let paths: BTreeSet<_> = types
        .map(|it| {
            it.split('.').skip(1).collect::<Vec<_>>().join("::").replace("type::", "r#type::")
        })
        .collect();
    let lines = paths.iter().map(|it| format!("    crate::generated::{it},\n"));
    format!("messages! {{\n{}}}\n", lines.collect::<String>())
}

/// Every file of a folder by name. A package called `type` gets a file called `r#type`, as the
/// module is; it is kept under the plain name.
fn contents(folder: &Path) -> io::Result<BTreeMap<String, Vec<u8>>> {
    fs::read_dir(folder)?
        .map(|entry| {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().replace("r#", "");
            Ok((name, fs::read(entry.path())?))
        })
        .collect()
}

#[test]
fn the_committed_code_is_what_the_contract_gives() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = home.join("src/gen");
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gen");
    match fs::remove_dir_all(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
        Ok(()) | Err(_) => {}
    }
    fs::create_dir_all(&fresh).unwrap();
    generate(&home.join("../../proto"), &fresh).unwrap();
    let fresh = contents(&fresh).unwrap();

    if std::env::var_os("VIGIE_REGENERATE").is_some_and(|it| it == "1") {
        fs::remove_dir_all(&committed).unwrap();
        fs::create_dir_all(&committed).unwrap();
        for (name, bytes) in &fresh {
            fs::write(committed.join(name), bytes).unwrap();
        }
    }

    let committed = contents(&committed).unwrap();
    assert_eq!(
        committed.keys().collect::<Vec<_>>(),
        fresh.keys().collect::<Vec<_>>(),
        "files come or go: run VIGIE_REGENERATE=1 cargo test -p api"
    );
    for (name, bytes) in &fresh {
        assert!(
            committed[name] == *bytes,
            "{name} is behind proto/: run VIGIE_REGENERATE=1 cargo test -p api"
        );
    }
}
