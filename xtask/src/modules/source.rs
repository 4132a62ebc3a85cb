//! The modules of one crate as its sources declare them: what each defines, imports and names.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use syn::{
    Attribute, Item, UseTree, Visibility,
    visit_mut::{self, VisitMut},
};

/// Names from the crate's root to a module; the root's is empty.
pub(super) type ModulePath = Vec<String>;

/// Macros whose arguments are code for another crate.
const QUOTING: [&str; 4] = ["parse_quote", "parse_quote_spanned", "quote", "quote_spanned"];

/// The modules of a crate.
#[derive(Debug, Default)]
pub(super) struct Tree {
    modules: BTreeMap<ModulePath, Module>,
}

/// One module.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Its file, for messages.
    pub(super) file: PathBuf,
    /// The module whose file it is written in: itself, unless it is inside another's file.
    pub(super) owner: ModulePath,
    /// The items that it defines.
    items: BTreeSet<String>,
    /// The names that it imports, with the paths behind them.
    imports: HashMap<String, Vec<Vec<String>>>,
    /// The modules whose items it imports all.
    globs: Vec<Vec<String>>,
    /// The paths that its code names, `use` included.
    pub(super) named: Vec<Vec<String>>,
}

/// What a path leads to.
enum Target {
    Module(ModulePath),
    /// An item, by the module that defines it.
    Item(ModulePath),
}

impl Tree {
    /// Reads the crate whose root is `file`.
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        let mut tree = Self::default();
        let folder = file.parent().unwrap_or(file).to_path_buf();
        tree.file(file, &folder, Vec::new())?;
        Ok(tree)
    }

    /// How many files the crate has.
    pub(super) fn files(&self) -> usize {
        self.modules.iter().filter(|(path, module)| **path == module.owner).count()
    }

    pub(super) fn modules(&self) -> impl Iterator<Item = (&ModulePath, &Module)> {
        self.modules.iter()
    }

    /// The module whose file defines the item that `path` names when it is written in the module `from`.
    pub(super) fn owner_of(&self, from: &[String], path: &[String]) -> Option<&ModulePath> {
        match self.resolve(from, path, 0)? {
            Target::Item(module) => self.modules.get(&module).map(|module| &module.owner),
            // Naming a module does not use anything in it.
            Target::Module(_) => None,
        }
    }

    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<Target> {
        // Chains of imports end; only code that does not compile has circular ones.
        if depth > 20 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        let (mut target, inside) = match first.as_str() {
            "crate" => (Target::Module(Vec::new()), true),
            "self" => (Target::Module(from.to_vec()), true),
            "super" => (Target::Module(parent(from)), true),
            name => (self.look_up(from, name, depth)?, false),
        };
        for name in rest {
            let Target::Module(module) = &target else { break };
            target = match name.as_str() {
                "super" => Target::Module(parent(module)),
                "self" => Target::Module(module.clone()),
                name => match self.look_up(module, name, depth) {
                    Some(next) => next,
                    // Made by a macro there.
                    None if inside => Target::Item(module.clone()),
                    None => return None,
                },
            };
        }
        Some(target)
    }

    fn look_up(&self, module: &[String], name: &str, depth: usize) -> Option<Target> {
        let below = [module, &[name.to_owned()]].concat();
        if self.modules.contains_key(&below) {
            return Some(Target::Module(below));
        }
        let here = self.modules.get(module)?;
        if here.items.contains(name) {
            return Some(Target::Item(module.to_vec()));
        }
        if let Some(paths) = here.imports.get(name) {
            // An import of another crate's item makes it an item of this module.
            let own = || Target::Item(module.to_vec());
            let found = paths.iter().find_map(|path| self.resolve(module, path, depth + 1));
            return Some(found.unwrap_or_else(own));
        }
        here.globs.iter().find_map(|glob| match self.resolve(module, glob, depth + 1)? {
            Target::Module(all) if all != module => self.look_up(&all, name, depth + 1),
            _ => None,
        })
    }

    /// Reads a file as the module `path`; `folder` is where the files of the modules below it are.
    fn file(&mut self, file: &Path, folder: &Path, path: ModulePath) -> anyhow::Result<()> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let parsed = syn::parse_file(&text).with_context(|| file.display().to_string())?;
        self.module(parsed.items, file, folder, &path, &path)
    }

    fn module(
        &mut self,
        items: Vec<Item>,
        file: &Path,
        folder: &Path,
        path: &ModulePath,
        owner: &ModulePath,
    ) -> anyhow::Result<()> {
        let mut module =
            Module { file: file.to_path_buf(), owner: owner.clone(), ..Module::default() };
        for mut item in items {
            if is_for_tests(attributes(&item)) {
                continue;
            }
            let Item::Mod(declared) = item else {
                module.items.extend(name_of(&item));
                Names(&mut module).visit_item_mut(&mut item);
                continue;
            };
            let name = declared.ident.to_string();
            let below = [path.as_slice(), std::slice::from_ref(&name)].concat();
            let inner = folder.join(&name);
            match declared.content {
                Some((_, items)) => self.module(items, file, &inner, &below, owner)?,
                None => {
                    let elsewhere = declared.attrs.iter().find_map(path_attribute);
                    let beside = file.parent().unwrap_or(folder);
                    let candidates = match elsewhere {
                        Some(path) => vec![beside.join(path)],
                        None => vec![folder.join(format!("{name}.rs")), inner.join("mod.rs")],
                    };
                    // A file that a build script makes does not exist here, and contains no handwritten names.
                    if let Some(found) = candidates.iter().find(|file| file.is_file()) {
                        self.file(found, &inner, below)?;
                    }
                }
            }
        }
        self.modules.insert(path.clone(), module);
        Ok(())
    }
}

fn parent(path: &[String]) -> ModulePath {
    path.split_last().map(|(_, above)| above.to_vec()).unwrap_or_default()
}

/// Collects the paths that code names, and its imports.
struct Names<'a>(&'a mut Module);

impl Names<'_> {
    fn import(&mut self, tree: &UseTree, mut path: Vec<String>, private: bool) {
        match tree {
            UseTree::Path(next) => {
                path.push(next.ident.to_string());
                self.import(&next.tree, path, private);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, path.clone(), private);
                }
            }
            UseTree::Glob(_) => self.0.globs.push(path),
            UseTree::Name(name) => self.bind(&name.ident, &name.ident, path, private),
            UseTree::Rename(name) => self.bind(&name.ident, &name.rename, path, private),
        }
    }

    fn bind(
        &mut self,
        ident: &syn::Ident,
        called: &syn::Ident,
        mut path: Vec<String>,
        private: bool,
    ) {
        // `use a::{self}` imports `a` itself.
        let mut called = called.to_string();
        if ident == "self" {
            if called == "self" {
                called = path.last().cloned().unwrap_or_default();
            }
        } else {
            path.push(ident.to_string());
        }
        if private {
            self.0.named.push(path.clone());
        }
        // `use a;` does not rename anything.
        if path.as_slice() != [called.as_str()] {
            self.0.imports.entry(called).or_default().push(path);
        }
    }

    /// Paths among the arguments of a macro: names with `::` in between.
    fn tokens(&mut self, tokens: proc_macro2::TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                proc_macro2::TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                proc_macro2::TokenTree::Group(group) => {
                    self.end(&mut path);
                    colons = 0;
                    self.tokens(group.stream());
                }
                _ => {
                    self.end(&mut path);
                    colons = 0;
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        if !path.is_empty() {
            self.0.named.push(std::mem::take(path));
        }
    }
}

impl VisitMut for Names<'_> {
    fn visit_item_mut(&mut self, item: &mut Item) {
        if !is_for_tests(attributes(item)) {
            visit_mut::visit_item_mut(self, item);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            visit_mut::visit_impl_item_fn_mut(self, item);
        }
    }

    fn visit_item_use_mut(&mut self, item: &mut syn::ItemUse) {
        if item.leading_colon.is_none() {
            let private = matches!(item.vis, Visibility::Inherited);
            self.import(&item.tree, Vec::new(), private);
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.leading_colon.is_none() {
            let names = path.segments.iter().map(|segment| segment.ident.to_string());
            self.0.named.push(names.collect());
        }
        visit_mut::visit_path_mut(self, path);
    }

    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        self.visit_path_mut(&mut call.path);
        let quotes = call
            .path
            .segments
            .last()
            .is_some_and(|last| QUOTING.iter().any(|name| last.ident == name));
        if !quotes {
            self.tokens(call.tokens.clone());
        }
    }

    /// Attributes name functions in texts: `#[serde(with = "crate::a")]`.
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        let syn::Meta::List(list) = &attribute.meta else { return };
        for token in list.tokens.clone() {
            if let Ok(text) = syn::parse2::<syn::LitStr>(token.into())
                && let Ok(mut path) = text.parse::<syn::Path>()
            {
                self.visit_path_mut(&mut path);
            }
        }
    }
}

/// Whether only tests compile what has these attributes.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            let mut words = condition.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.clone().any(|word| word == "test") && words.all(|word| word != "not")
        }
        _ => false,
    })
}

/// The file of a module with `#[path = "…"]`.
fn path_attribute(attribute: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else {
        return None;
    };
    pair.path.is_ident("path").then(|| text.value())
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}
