//! Which file imports which: a small name resolver over the syntax trees of `src/`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, ImplItem, Item, ItemUse, Meta, Token, UseTree};

/// A path of names, such as `["jar", "edit"]` for `crate::jar::edit`.
type Names = Vec<String>;

/// A path as the code of a module writes it.
struct Written {
    names: Names,
    /// Whether the path comes from a `use` item of the module, rather than from its other code.
    is_use_item: bool,
}

/// A file, or a module with a body inside a file.
#[derive(Default)]
struct Module {
    /// The path of the file below `src/`.
    file: String,
    /// The names of the items that the module defines, other than modules.
    items: BTreeSet<String>,
    /// The names that `use` items bind, each with every path that it is bound to: `cfg` may choose
    /// between several.
    bindings: BTreeMap<String, Vec<Names>>,
    /// The paths of the modules whose names are imported with `*`.
    globs: Vec<Names>,
    /// The paths that the module's code mentions.
    mentions: Vec<Written>,
}

/// A path to an item of this crate, in the code of one of its files.
pub(crate) struct Import {
    /// The importing file, below `src/`.
    pub(crate) from: String,
    /// The module that the path is written in.
    pub(crate) module: Names,
    /// The path as it is written.
    pub(crate) written: String,
    /// The path from the crate's root.
    pub(crate) absolute: Names,
    /// The files that define the item: one, or one for each `cfg`.
    pub(crate) to: BTreeSet<String>,
    /// Whether this is a `use` item in which a module imports or re-exports an item of a child module.
    pub(crate) is_use_of_child: bool,
}

/// The modules of a crate, by their paths.
#[derive(Default)]
pub(crate) struct Modules {
    modules: BTreeMap<Names, Module>,
    /// The paths of the modules that exist under `#[cfg(test)]` only.
    for_tests: BTreeSet<Names>,
}

impl Modules {
    /// Reads the files of a crate: their paths below `src/`, with `/` between folders, and their text.
    pub(crate) fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut modules = Self::default();
        for (path, text) in files {
            let file = syn::parse_file(text).unwrap_or_else(|error| panic!("src/{path}: {error}"));
            modules.add(module_of(path), path, file.items);
        }
        for names in modules.modules.keys().filter(|names| names.len() > 1) {
            let parent = &names[..names.len() - 1];
            assert!(modules.modules.contains_key(parent), "{names:?} has no parent module");
        }
        let for_tests = std::mem::take(&mut modules.for_tests);
        let is_for_tests = |names: &[String]| for_tests.iter().any(|test| names.starts_with(test));
        modules.modules.retain(|names, _| !is_for_tests(names));
        modules
    }

    /// Adds a module and those inside it. Code that exists under `#[cfg(test)]` only is left out.
    fn add(&mut self, names: Names, path: &str, items: Vec<Item>) {
        let mut module = Module { file: path.to_owned(), ..Module::default() };
        for mut item in items {
            let is_for_tests = is_only_under(attributes(&item), "test");
            if let Item::Mod(child) = &mut item {
                let child_names = joined(&names, &[child.ident.unraw().to_string()]);
                if is_for_tests {
                    self.for_tests.insert(child_names);
                } else if let Some((_, items)) = child.content.take() {
                    self.add(child_names, path, items);
                }
                continue;
            }
            if is_for_tests {
                continue;
            }
            if let Item::Use(item) = &item {
                module.add_use(item, true);
                continue;
            }
            if let Item::Impl(block) = &mut item {
                block.items.retain(|item| !is_only_under(attributes_in_impl(item), "test"));
            }
            module.items.extend(defined_name(&item));
            module.add_code(item.into_token_stream());
        }
        self.modules.insert(names, module);
    }

    /// Returns every path to an item of this crate that the crate's code has.
    pub(crate) fn imports(&self) -> Vec<Import> {
        let mut imports = Vec::new();
        for (names, module) in &self.modules {
            for Written { names: written, is_use_item } in &module.mentions {
                // A lone name of a child module in code is a variable of that name.
                if let ([name], false) = (written.as_slice(), is_use_item)
                    && !module.items.contains(name)
                    && !module.bindings.contains_key(name)
                {
                    continue;
                }
                let Some(absolute) = self.absolute(names, written) else { continue };
                let is_below = |to: &String| {
                    let of_file = module_of(to);
                    of_file.len() > names.len() && of_file.starts_with(names)
                };
                let to = self.files_of(&absolute, &mut BTreeSet::new());
                imports.push(Import {
                    from: module.file.clone(),
                    module: names.clone(),
                    written: written.join("::"),
                    absolute,
                    is_use_of_child: *is_use_item && to.iter().all(is_below),
                    to,
                });
            }
        }
        imports
    }

    /// Returns a path from the crate's root, or `None` for a path into another crate and for a name that
    /// is not a path to an item, such as a variable.
    fn absolute(&self, module: &[String], written: &[String]) -> Option<Names> {
        let (first, rest) = written.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some(joined(module, rest)),
            "super" => {
                let parent = &module[..module.len().checked_sub(1)?];
                match rest.first().map(String::as_str) {
                    Some("super") => self.absolute(parent, rest),
                    _ => Some(joined(parent, rest)),
                }
            }
            name => {
                let here = self.modules.get(module)?;
                let has_child =
                    self.modules.contains_key(&joined(module, std::slice::from_ref(first)));
                // `use memchr::memchr` binds a name of another crate, which the name also starts with.
                let is_bound = here.bindings.get(name).is_some_and(|targets| {
                    has_child || targets.iter().any(|target| target[0] != *name)
                });
                let is_known = has_child || is_bound || here.items.contains(name);
                is_known.then(|| joined(module, written))
            }
        }
    }

    /// Returns the files that define the item at a path from the crate's root, through re-exports. An item
    /// of a macro's making is taken to be defined in its module.
    fn files_of(&self, absolute: &[String], seen: &mut BTreeSet<Names>) -> BTreeSet<String> {
        // `use name;` of another crate binds a name to itself.
        if !seen.insert(absolute.to_vec()) {
            return BTreeSet::new();
        }
        let (mut module, mut rest) = (Names::new(), absolute);
        while let [name, after @ ..] = rest {
            let child = joined(&module, std::slice::from_ref(name));
            let is_module = self.modules.contains_key(&child);
            if is_module && !after.is_empty() {
                (module, rest) = (child, after);
                continue;
            }
            let mut files = BTreeSet::new();
            if is_module {
                files.insert(self.modules[&child].file.clone());
            }
            // A function and a module may have the same name.
            files.extend(self.files_of_item(&module, name, after, seen));
            return files;
        }
        self.modules.get(&module).map(|module| module.file.clone()).into_iter().collect()
    }

    /// Returns the files that define the item `name`, and of what is `after` it, in a module.
    fn files_of_item(
        &self,
        module: &[String],
        name: &String,
        after: &[String],
        seen: &mut BTreeSet<Names>,
    ) -> BTreeSet<String> {
        let Some(here) = self.modules.get(module) else { return BTreeSet::new() };
        if here.items.contains(name) {
            return BTreeSet::from([here.file.clone()]);
        }
        if let Some(targets) = here.bindings.get(name) {
            let targets = targets.iter().filter_map(|target| self.absolute(module, target));
            return targets
                .flat_map(|target| self.files_of(&joined(&target, after), seen))
                .collect();
        }
        for glob in here.globs.iter().filter_map(|glob| self.absolute(module, glob)) {
            let Some(target) = self.modules.get(&glob) else { continue };
            if target.items.contains(name) || target.bindings.contains_key(name) {
                let path = joined(&joined(&glob, std::slice::from_ref(name)), after);
                return self.files_of(&path, seen);
            }
        }
        let is_module = self.modules.contains_key(&joined(module, std::slice::from_ref(name)));
        if is_module { BTreeSet::new() } else { BTreeSet::from([here.file.clone()]) }
    }
}

impl Module {
    /// Adds what a `use` binds and mentions. One inside a function binds its names there only.
    fn add_use(&mut self, item: &ItemUse, is_use_item: bool) {
        // `use ::name` is a path into another crate.
        if item.leading_colon.is_some() {
            return;
        }
        let mut leaves = Vec::new();
        collect_leaves(&item.tree, &mut Names::new(), &mut leaves);
        for (path, binding) in leaves {
            match binding {
                Some(name) if is_use_item => {
                    self.bindings.entry(name).or_default().push(path.clone());
                }
                None if is_use_item => self.globs.push(path.clone()),
                _ => {}
            }
            self.mentions.push(Written { names: path, is_use_item });
        }
    }

    /// Adds the paths in an item's code. It reads tokens rather than the syntax tree, so that the arguments
    /// of macros and attributes count, too.
    fn add_code(&mut self, code: TokenStream) {
        let tokens: Vec<TokenTree> = code.into_iter().collect();
        let is_punct = |at: Option<usize>, mark: char| {
            let token = at.and_then(|at| tokens.get(at));
            matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
        };
        let mut at = 0;
        while at < tokens.len() {
            let start = at;
            at += 1;
            let name = match &tokens[start] {
                TokenTree::Group(group) => {
                    // `pub(in crate::jar)` imports nothing.
                    let is_visibility = group.delimiter() == Delimiter::Parenthesis
                        && matches!(start.checked_sub(1).map(|at| &tokens[at]),
                            Some(TokenTree::Ident(before)) if *before == "pub");
                    if !is_visibility {
                        self.add_code(group.stream());
                    }
                    continue;
                }
                TokenTree::Ident(name) => name.unraw().to_string(),
                _ => continue,
            };
            if name == "use" {
                let end = (at..tokens.len()).find(|&at| is_punct(Some(at), ';'));
                let item = end.map(|end| tokens[start..=end].iter().cloned().collect());
                if let Some(Ok(item)) = item.map(syn::parse2::<ItemUse>) {
                    self.add_use(&item, false);
                    at = end.unwrap_or(at);
                    continue;
                }
            }
            let mut names = vec![name];
            while is_punct(Some(at), ':') && is_punct(Some(at + 1), ':') {
                let Some(TokenTree::Ident(name)) = tokens.get(at + 2) else { break };
                names.push(name.unraw().to_string());
                at += 3;
            }
            let before = |mark, distance| is_punct(start.checked_sub(distance), mark);
            let is_member = before('.', 1) && !before('.', 2);
            let is_lifetime = before('\'', 1);
            // What follows `::` belongs to a type in angle brackets or to another crate.
            let is_continued = before(':', 1) && before(':', 2);
            if !is_member && !is_lifetime && !is_continued {
                let is_keyword =
                    |name: &String| matches!(name.as_str(), "crate" | "self" | "super");
                if names.len() > 1 || !is_keyword(&names[0]) {
                    self.mentions.push(Written { names, is_use_item: false });
                }
            }
        }
    }
}

/// Returns the path of a file's module: `jar/edit.rs` is `jar::edit`, and `jar/mod.rs` is `jar`.
pub(crate) fn module_of(file: &str) -> Names {
    let mut names: Names = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if names.last().is_some_and(|last| last == "mod") || names == ["lib"] {
        names.pop();
    }
    names
}

fn joined(path: &[String], rest: &[String]) -> Names {
    [path, rest].concat()
}

/// Adds each path of a `use` tree, with the name that it binds, or `None` for `*`.
fn collect_leaves(tree: &UseTree, path: &mut Names, leaves: &mut Vec<(Names, Option<String>)>) {
    let (name, binding) = match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.unraw().to_string());
            collect_leaves(&tree.tree, path, leaves);
            path.pop();
            return;
        }
        UseTree::Group(tree) => {
            for tree in &tree.items {
                collect_leaves(tree, path, leaves);
            }
            return;
        }
        UseTree::Glob(_) => {
            leaves.push((path.clone(), None));
            return;
        }
        UseTree::Name(tree) => (&tree.ident, &tree.ident),
        UseTree::Rename(tree) => (&tree.ident, &tree.rename),
    };
    let (name, mut binding, mut full) =
        (name.unraw().to_string(), binding.unraw().to_string(), path.clone());
    // `use a::b::{self}` is `use a::b`.
    if name != "self" {
        full.push(name);
    } else if binding == "self" {
        binding = full.last().cloned().unwrap_or_default();
    }
    leaves.push((full, Some(binding)));
}

/// Returns whether attributes leave an item out unless `flag` is set, as `#[cfg(test)]` does.
pub(crate) fn is_only_under(attributes: &[Attribute], flag: &str) -> bool {
    fn needs(condition: &Meta, flag: &str) -> bool {
        match condition {
            Meta::Path(path) => path.is_ident(flag),
            Meta::List(list) => {
                let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
                let parts = list.parse_args_with(parse).unwrap_or_default();
                let mut parts = parts.iter();
                (list.path.is_ident("all") && parts.any(|part| needs(part, flag)))
                    || (list.path.is_ident("any") && parts.all(|part| needs(part, flag)))
            }
            Meta::NameValue(_) => false,
        }
    }
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let mut conditions = conditions.filter_map(|attribute| attribute.parse_args::<Meta>().ok());
    conditions.any(|condition| needs(&condition, flag))
}

pub(crate) fn attributes(item: &Item) -> &[Attribute] {
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

fn attributes_in_impl(item: &ImplItem) -> &[Attribute] {
    match item {
        ImplItem::Const(item) => &item.attrs,
        ImplItem::Fn(item) => &item.attrs,
        ImplItem::Type(item) => &item.attrs,
        _ => &[],
    }
}

fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.unraw().to_string())
}
