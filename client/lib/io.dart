/// What needs files: a storage that survives the app being killed.
library;

export 'src/file_store.dart';
