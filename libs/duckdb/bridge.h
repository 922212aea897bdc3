// The C side of this package: Arrow's C data interface, the part of DuckDB's C API that the Go
// bindings leave out, and a table function that reads Arrow record batches handed over by Go.
#ifndef SHOAL_DUCKDB_BRIDGE_H
#define SHOAL_DUCKDB_BRIDGE_H

#include <stdint.h>
#include <stdlib.h>

// Layouts fixed by the Arrow C data interface,
// https://arrow.apache.org/docs/format/CDataInterface.html#structure-definitions
struct ArrowSchema {
	const char *format, *name, *metadata;
	int64_t flags, n_children;
	struct ArrowSchema **children, *dictionary;
	void (*release)(struct ArrowSchema *);
	void *private_data;
};

struct ArrowArray {
	int64_t length, null_count, offset, n_buffers, n_children;
	const void **buffers;
	struct ArrowArray **children, *dictionary;
	void (*release)(struct ArrowArray *);
	void *private_data;
};

// What a registered Arrow stream is to DuckDB. Counted: the registration holds one reference, every
// bound plan that mentions the stream another.
typedef struct shoal_input shoal_input;

// All functions that can fail return NULL on success and else a message to be freed by the caller.
char *shoal_schema_to_arrow(void *options, void **types, const char **names, uint64_t n,
                            struct ArrowSchema *out);
char *shoal_chunk_to_arrow(void *options, void *chunk, struct ArrowArray *out);
char *shoal_register_function(void *connection);
char *shoal_input_new(void *connection, uint64_t id, uint64_t rows, struct ArrowSchema *schema,
                      shoal_input **out);
void shoal_input_unref(shoal_input *input);

void shoal_release_schema(struct ArrowSchema *schema);
void shoal_release_array(struct ArrowArray *array);

// How many Arrow arrays are alive: made by DuckDB and not yet released by Go, and the other way.
int64_t shoal_live_out(void);
int64_t shoal_live_in(void);

#endif
