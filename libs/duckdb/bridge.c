#include "bridge.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "_cgo_export.h"

// DuckDB's C API, as far as it is used here. Every handle is an opaque pointer.
typedef void *handle;
typedef void (*callback)(handle);
extern handle duckdb_to_arrow_schema(handle, handle *, const char **, uint64_t, struct ArrowSchema *);
extern handle duckdb_data_chunk_to_arrow(handle, handle, struct ArrowArray *);
extern handle duckdb_schema_from_arrow(handle, struct ArrowSchema *, handle *);
extern handle duckdb_data_chunk_from_arrow(handle, struct ArrowArray *, handle, handle *);
extern void duckdb_destroy_arrow_converted_schema(handle *);
extern const char *duckdb_error_data_message(handle);
extern void duckdb_destroy_error_data(handle *);
extern handle duckdb_create_table_function(void);
extern void duckdb_destroy_table_function(handle *);
extern void duckdb_table_function_set_name(handle, const char *);
extern void duckdb_table_function_add_parameter(handle, handle);
extern void duckdb_table_function_set_bind(handle, callback);
extern void duckdb_table_function_set_init(handle, callback);
extern void duckdb_table_function_set_local_init(handle, callback);
extern void duckdb_table_function_set_function(handle, void (*)(handle, handle));
extern void duckdb_table_function_supports_projection_pushdown(handle, bool);
extern int duckdb_register_table_function(handle, handle);
extern handle duckdb_bind_get_parameter(handle, uint64_t);
extern void duckdb_table_function_get_client_context(handle, handle *);
extern uint64_t duckdb_client_context_get_connection_id(handle);
extern void duckdb_connection_get_client_context(handle, handle *);
extern void duckdb_destroy_client_context(handle *);
extern void duckdb_bind_add_result_column(handle, const char *, handle);
extern void duckdb_bind_set_bind_data(handle, void *, callback);
extern void duckdb_bind_set_cardinality(handle, uint64_t, bool);
extern void duckdb_bind_set_error(handle, const char *);
extern void *duckdb_init_get_bind_data(handle);
extern void duckdb_init_set_init_data(handle, void *, callback);
extern uint64_t duckdb_init_get_column_count(handle);
extern uint64_t duckdb_init_get_column_index(handle, uint64_t);
extern void duckdb_init_set_max_threads(handle, uint64_t);
extern void duckdb_init_set_error(handle, const char *);
extern void *duckdb_function_get_bind_data(handle);
extern void *duckdb_function_get_init_data(handle);
extern void *duckdb_function_get_local_init_data(handle);
extern void duckdb_function_set_error(handle, const char *);
extern handle duckdb_create_logical_type(int);
extern void duckdb_destroy_logical_type(handle *);
extern uint64_t duckdb_get_uint64(handle);
extern void duckdb_destroy_value(handle *);
extern handle duckdb_data_chunk_get_vector(handle, uint64_t);
extern void duckdb_data_chunk_set_size(handle, uint64_t);
extern void duckdb_destroy_data_chunk(handle *);
extern handle duckdb_vector_get_column_type(handle);
extern void duckdb_vector_reference_vector(handle, handle);
extern uint64_t duckdb_vector_size(void);

enum { TYPE_UBIGINT = 9 };

static _Atomic int64_t live_out, live_in;

int64_t shoal_live_out(void) { return atomic_load(&live_out); }
int64_t shoal_live_in(void) { return atomic_load(&live_in); }

void shoal_release_schema(struct ArrowSchema *s) {
	if (s->release) s->release(s);
}

void shoal_release_array(struct ArrowArray *a) {
	if (a->release) a->release(a);
}

static char *take_error(handle error) {
	if (!error) return NULL;
	const char *message = duckdb_error_data_message(error);
	char *copy = strdup(message && *message ? message : "unknown error");
	duckdb_destroy_error_data(&error);
	return copy;
}

// ---- Arrow out ----

// On failure DuckDB leaves *out as it was, so it must have been zeroed: what is released here is
// then nothing, or what DuckDB got done before it failed.
char *shoal_schema_to_arrow(handle options, handle *types, const char **names, uint64_t n,
                            struct ArrowSchema *out) {
	memset(out, 0, sizeof *out);
	char *message = take_error(duckdb_to_arrow_schema(options, types, names, n, out));
	if (!message && !out->release) message = strdup("DuckDB made no Arrow schema");
	if (message) shoal_release_schema(out);
	return message;
}

typedef struct {
	void (*release)(struct ArrowArray *);
	void *private_data;
} counted;

static void release_counted(struct ArrowArray *a) {
	counted *c = a->private_data;
	a->release = c->release;
	a->private_data = c->private_data;
	free(c);
	a->release(a);
	a->release = NULL;
	atomic_fetch_sub(&live_out, 1);
}

char *shoal_chunk_to_arrow(handle options, handle chunk, struct ArrowArray *out) {
	memset(out, 0, sizeof *out);
	char *message = take_error(duckdb_data_chunk_to_arrow(options, chunk, out));
	if (!message && !out->release) message = strdup("DuckDB made no Arrow array");
	if (message) {
		shoal_release_array(out);
		return message;
	}
	counted *c = malloc(sizeof *c);
	*c = (counted){out->release, out->private_data};
	out->release = release_counted;
	out->private_data = c;
	atomic_fetch_add(&live_out, 1);
	return NULL;
}

// ---- Arrow in ----

struct shoal_input {
	_Atomic int64_t refs;
	uint64_t id, connection_id, n;
	uint64_t rows; // an estimate; 0 is unknown
	handle connection;
	handle *schemas; // per column, as DuckDB understood them
	handle *types;   // per column, DuckDB's logical types
	char **names;
};

void shoal_input_unref(shoal_input *in) {
	if (atomic_fetch_sub(&in->refs, 1) != 1) return;
	for (uint64_t i = 0; i < in->n; i++) {
		if (in->schemas[i]) duckdb_destroy_arrow_converted_schema(&in->schemas[i]);
		if (in->types[i]) duckdb_destroy_logical_type(&in->types[i]);
		free(in->names[i]);
	}
	free(in->schemas);
	free(in->types);
	free(in->names);
	free(in);
}

static void keep_array(struct ArrowArray *a) { a->release = NULL; }
static void keep_schema(struct ArrowSchema *s) { s->release = NULL; }

// convert makes a chunk of one column of n rows. The column's own release does nothing: the
// parent's ends its life.
static char *convert(shoal_input *in, uint64_t column, struct ArrowArray *parent, handle *chunk) {
	char *message =
	    take_error(duckdb_data_chunk_from_arrow(in->connection, parent, in->schemas[column], chunk));
	shoal_release_array(parent); // still set when DuckDB gave up before it took the array
	if (!message && !*chunk) message = strdup("DuckDB made no chunk of an Arrow array");
	return message;
}

// column_type asks DuckDB what it makes of a column by converting no rows of it.
static char *column_type(shoal_input *in, uint64_t column, struct ArrowSchema *schema) {
	struct ArrowSchema *children[1] = {schema};
	struct ArrowSchema parent = {.format = "+s", .name = "", .n_children = 1, .children = children,
	                             .release = keep_schema};
	char *message = take_error(duckdb_schema_from_arrow(in->connection, &parent, &in->schemas[column]));
	if (message) return message;
	struct ArrowArray empty = {.release = keep_array};
	if ((message = shoalEmptyColumn(in->id, column, &empty))) return message;
	struct ArrowArray *columns[1] = {&empty};
	const void *buffers[1] = {NULL};
	struct ArrowArray one = {.n_buffers = 1, .buffers = buffers, .n_children = 1, .children = columns,
	                         .release = keep_array};
	handle chunk = NULL;
	message = convert(in, column, &one, &chunk);
	if (!message) in->types[column] = duckdb_vector_get_column_type(duckdb_data_chunk_get_vector(chunk, 0));
	if (chunk) duckdb_destroy_data_chunk(&chunk);
	shoal_release_array(&empty);
	return message;
}

char *shoal_input_new(handle connection, uint64_t id, uint64_t rows, struct ArrowSchema *schema,
                      shoal_input **out) {
	shoal_input *in = calloc(1, sizeof *in);
	in->refs = 1;
	in->id = id;
	in->rows = rows;
	in->connection = connection;
	handle context = NULL;
	duckdb_connection_get_client_context(connection, &context);
	if (context) {
		in->connection_id = duckdb_client_context_get_connection_id(context);
		duckdb_destroy_client_context(&context);
	}
	in->n = schema->n_children;
	in->schemas = calloc(in->n + 1, sizeof *in->schemas);
	in->types = calloc(in->n + 1, sizeof *in->types);
	in->names = calloc(in->n + 1, sizeof *in->names);
	for (uint64_t i = 0; i < in->n; i++) {
		in->names[i] = strdup(schema->children[i]->name ? schema->children[i]->name : "");
		char *message = column_type(in, i, schema->children[i]);
		if (message) {
			shoal_input_unref(in);
			return message;
		}
	}
	*out = in;
	return NULL;
}

// A record batch from Go and the slices of it that DuckDB still looks at.
typedef struct {
	_Atomic int64_t refs;
	struct ArrowArray array;
} batch;

static void batch_unref(batch *b) {
	if (!b || atomic_fetch_sub(&b->refs, 1) != 1) return;
	shoal_release_array(&b->array);
	free(b);
	atomic_fetch_sub(&live_in, 1);
}

// One column of some rows of a batch, in the form of a struct array with that one child.
typedef struct {
	batch *owner;
	const void *validity;
	struct ArrowArray child, *children;
} slice;

static void release_slice(struct ArrowArray *a) {
	slice *s = a->private_data;
	a->release = NULL;
	batch_unref(s->owner);
	free(s);
}

static char *convert_slice(shoal_input *in, batch *b, uint64_t column, int64_t offset, int64_t rows,
                           handle *chunk) {
	slice *s = calloc(1, sizeof *s);
	s->owner = b;
	atomic_fetch_add(&b->refs, 1);
	s->child = *b->array.children[column];
	s->child.offset += offset;
	s->child.length = rows;
	// null_count stays that of the whole column: too many only costs a look at the bitmap, whereas
	// "unknown" (-1) is taken for "none" where dictionaries are read.
	s->child.release = keep_array;
	s->children = &s->child;
	struct ArrowArray parent = {.length = rows, .n_buffers = 1, .buffers = &s->validity,
	                            .n_children = 1, .children = &s->children,
	                            .release = release_slice, .private_data = s};
	return convert(in, column, &parent, chunk);
}

typedef struct {
	uint64_t n;
	uint64_t columns[];
} projection;

typedef struct {
	batch *current;
	int64_t offset;
} cursor;

static void free_cursor(void *p) {
	batch_unref(((cursor *)p)->current);
	free(p);
}

static void free_input(void *p) { shoal_input_unref(p); }

static void scan_bind(handle info) {
	handle value = duckdb_bind_get_parameter(info, 0);
	uint64_t id = duckdb_get_uint64(value);
	duckdb_destroy_value(&value);
	handle context = NULL;
	duckdb_table_function_get_client_context(info, &context);
	uint64_t connection_id = duckdb_client_context_get_connection_id(context);
	duckdb_destroy_client_context(&context);

	shoal_input *in = shoalInputAcquire(id);
	if (!in || in->connection_id != connection_id) {
		if (in) shoal_input_unref(in);
		duckdb_bind_set_error(info, "no such Arrow stream on this connection");
		return;
	}
	for (uint64_t i = 0; i < in->n; i++) duckdb_bind_add_result_column(info, in->names[i], in->types[i]);
	if (in->rows) duckdb_bind_set_cardinality(info, in->rows, false);
	duckdb_bind_set_bind_data(info, in, free_input);
}

// Called by Go, which looks the input up under its lock.
void shoal_input_ref(shoal_input *in) { atomic_fetch_add(&in->refs, 1); }

static void scan_init(handle info) {
	shoal_input *in = duckdb_init_get_bind_data(info);
	uint64_t n = duckdb_init_get_column_count(info);
	projection *p = malloc(sizeof *p + n * sizeof *p->columns);
	p->n = n;
	for (uint64_t i = 0; i < n; i++) p->columns[i] = duckdb_init_get_column_index(info, i);
	duckdb_init_set_init_data(info, p, free);
	// Batches may be converted on as many threads as DuckDB likes; where the order of rows matters
	// it uses one, because the function gives it no batch index to sort by.
	duckdb_init_set_max_threads(info, UINT32_MAX);
	char *message = shoalInputScan(in->id);
	if (message) {
		duckdb_init_set_error(info, message);
		free(message);
	}
}

static void scan_local_init(handle info) {
	duckdb_init_set_init_data(info, calloc(1, sizeof(cursor)), free_cursor);
}

// advance gets the next batch that has rows; false at the end and on errors.
static bool advance(handle info, shoal_input *in, cursor *c) {
	while (!c->current || c->offset >= c->current->array.length) {
		batch_unref(c->current);
		c->current = NULL;
		c->offset = 0;
		batch *b = calloc(1, sizeof *b);
		b->refs = 1;
		atomic_fetch_add(&live_in, 1);
		char *message = shoalInputNext(in->id, &b->array);
		if (message || !b->array.release) {
			batch_unref(b);
			if (message) duckdb_function_set_error(info, message);
			free(message);
			return false;
		}
		c->current = b;
	}
	return true;
}

static void scan(handle info, handle output) {
	shoal_input *in = duckdb_function_get_bind_data(info);
	projection *p = duckdb_function_get_init_data(info);
	cursor *c = duckdb_function_get_local_init_data(info);
	duckdb_data_chunk_set_size(output, 0);
	if (!advance(info, in, c)) return;
	int64_t rows = c->current->array.length - c->offset, most = duckdb_vector_size();
	if (rows > most) rows = most;
	for (uint64_t i = 0; i < p->n; i++) {
		if (p->columns[i] >= in->n) continue; // a count only, or a row id that nobody can use
		handle chunk = NULL;
		char *message = convert_slice(in, c->current, p->columns[i], c->offset, rows, &chunk);
		if (message) {
			duckdb_function_set_error(info, message);
			free(message);
			return;
		}
		duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, i),
		                               duckdb_data_chunk_get_vector(chunk, 0));
		duckdb_destroy_data_chunk(&chunk);
	}
	duckdb_data_chunk_set_size(output, rows);
	c->offset += rows;
}

char *shoal_register_function(handle connection) {
	handle f = duckdb_create_table_function(), type = duckdb_create_logical_type(TYPE_UBIGINT);
	duckdb_table_function_set_name(f, "shoal_arrow_stream");
	duckdb_table_function_add_parameter(f, type);
	duckdb_table_function_set_bind(f, scan_bind);
	duckdb_table_function_set_init(f, scan_init);
	duckdb_table_function_set_local_init(f, scan_local_init);
	duckdb_table_function_set_function(f, scan);
	duckdb_table_function_supports_projection_pushdown(f, true);
	int state = duckdb_register_table_function(connection, f);
	duckdb_destroy_logical_type(&type);
	duckdb_destroy_table_function(&f);
	return state == 0 ? NULL : strdup("DuckDB refused the table function shoal_arrow_stream");
}
