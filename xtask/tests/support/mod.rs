//! A repository in a temporary folder, as far as regenerating sees one.

#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use xtask::regen::{Options, run_to};

/// A small description that is not ours.
pub(crate) const SMALL: &str = "\
openapi: 3.1.0
info: {title: Small, version: '1'}
paths:
  /things:
    get:
      operationId: list_things
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {200: {description: Things., content: {application/json: {schema: {type: object}}}}}
    post:
      operationId: add_thing
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses: {201: {description: Added.}}
components:
  schemas:
    Thing: {type: object, required: [name], properties: {name: {type: string}}}
";

const OVERLAY: &str = "\
overlay: 1.0.0
actions:
  - target: $
    update: {x-toolsets: {things: All of them.}}
  - target: $.paths.*['get','post']
    update: {x-tool: {toolset: things}}
";

pub(crate) struct Repository {
    folder: TempDir,
}

impl Repository {
    /// A copy of the real one.
    pub(crate) fn real() -> Self {
        let this = Self { folder: tempfile::tempdir().unwrap() };
        for path in [
            "spec",
            "src",
            "crates/mcp/src/generated",
            "crates/sandbox/src/contract",
            "docs/tools.md",
        ] {
            copy(&xtask::root().join(path), &this.path(path));
        }
        this
    }

    /// One that was made from [`SMALL`].
    pub(crate) fn small() -> Self {
        let this = Self { folder: tempfile::tempdir().unwrap() };
        this.write("spec/overlay.yaml", OVERLAY);
        this.regen(SMALL).unwrap();
        this
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Every file and folder with what it holds.
    pub(crate) fn tree(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut tree = BTreeMap::new();
        let mut open = vec![self.root().to_path_buf()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    tree.insert(path.clone(), None);
                    open.push(path);
                } else {
                    let bytes = fs::read(&path).unwrap();
                    tree.insert(path, Some(bytes));
                }
            }
        }
        tree
    }

    /// Runs the command: whether all is well, and what it printed; or its error, whole.
    pub(crate) fn run(&self, options: &Options) -> Result<(bool, String), String> {
        let mut out = Vec::new();
        let result = run_to(options, self.root(), &mut out);
        let text = String::from_utf8(out).unwrap();
        result.map(|well| (well, text)).map_err(|error| format!("{error:#}"))
    }

    /// Regenerates from the text of a description, which is in a file outside.
    pub(crate) fn regen(&self, description: &str) -> Result<String, String> {
        let outside = tempfile::tempdir().unwrap();
        let file = outside.path().join("given.yaml");
        fs::write(&file, description).unwrap();
        self.run(&from_file(&file)).map(|(_, text)| text)
    }

    pub(crate) fn check(&self) -> (bool, String) {
        self.run(&Options { check: true, ..Options::default() }).unwrap()
    }

    /// The command fails, and nothing in the repository is changed by it.
    #[track_caller]
    pub(crate) fn refuses(&self, options: &Options) -> String {
        let before = self.tree();
        let error = self.run(options).unwrap_err();
        assert!(self.tree() == before, "something changed although: {error}");
        error
    }
}

pub(crate) fn from_file(path: &Path) -> Options {
    Options { file: Some(path.to_path_buf()), ..Options::default() }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}
