// How much memory DuckDB may take: large blocks are counted, and refused beyond a limit, so that what
// DuckDB's own limit does not know of (texts and lists that are being made) is an error of one query
// instead of the process's end.
//
// DuckDB allocates by its own copy of jemalloc, whose functions the linker replaces by those here
// (--wrap), and by operator new, which a program may replace.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace {

// LARGE is from where on a block counts. DuckDB's buffers of 256 KiB, which its own limit bounds, do
// not; texts and lists are made in blocks that double, so that all that grows gets here soon.
constexpr size_t LARGE = 1 << 20;

std::atomic<int64_t> held{0};     // bytes in large blocks
std::atomic<int64_t> most{0};     // what held may be; 0: anything
std::atomic<int64_t> refused{0};  // how many blocks were

// allowance is what this thread may yet take in large blocks, of allowed; negative: anything.
thread_local int64_t allowance = -1, allowed = -1;

bool take(size_t bytes) {
	if (bytes > INT64_MAX / 2) return false;
	int64_t wanted = static_cast<int64_t>(bytes);
	int64_t now = held.fetch_add(wanted, std::memory_order_relaxed) + wanted;
	int64_t limit = most.load(std::memory_order_relaxed);
	if ((limit > 0 && now > limit) || (allowance >= 0 && wanted > allowance)) {
		held.fetch_sub(wanted, std::memory_order_relaxed);
		refused.fetch_add(1, std::memory_order_relaxed);
		return false;
	}
	if (allowance >= 0) allowance -= wanted;
	return true;
}

void give(size_t bytes) {
	held.fetch_sub(static_cast<int64_t>(bytes), std::memory_order_relaxed);
	// Others' blocks that are freed here give no more than was allowed.
	if (allowance >= 0) allowance = std::min(allowance + static_cast<int64_t>(bytes), allowed);
}

// settle corrects what was taken for a block to what it is counted as when it is freed.
void settle(size_t taken, size_t usable) {
	int64_t counted = usable >= LARGE ? static_cast<int64_t>(usable) : 0;
	held.fetch_add(counted - static_cast<int64_t>(taken), std::memory_order_relaxed);
}

// near is from what size on a block may turn out to be large, for allocators round up.
constexpr size_t NEAR = LARGE / 4 * 3;

} // namespace

extern "C" {

int64_t shoal_large_bytes() { return held.load(std::memory_order_relaxed); }
int64_t shoal_refused_blocks() { return refused.load(std::memory_order_relaxed); }
void shoal_limit_large(int64_t bytes) { most.store(bytes, std::memory_order_relaxed); }
void shoal_allow_thread(int64_t bytes) { allowance = allowed = bytes; }

int duckdb_je_mallctl(const char *, void *, size_t *, void *, size_t) __attribute__((weak));

void shoal_purge() {
	if (duckdb_je_mallctl) duckdb_je_mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0); // 4096: all arenas
	malloc_trim(0);
}

void *__real_duckdb_je_malloc(size_t) __attribute__((weak));
void *__real_duckdb_je_realloc(void *, size_t) __attribute__((weak));
void __real_duckdb_je_free(void *) __attribute__((weak));
size_t duckdb_je_malloc_usable_size(void *) __attribute__((weak));

void *__wrap_duckdb_je_malloc(size_t bytes) {
	if (bytes < NEAR) return __real_duckdb_je_malloc(bytes);
	if (!take(bytes)) return nullptr;
	void *block = __real_duckdb_je_malloc(bytes);
	settle(bytes, block ? duckdb_je_malloc_usable_size(block) : 0);
	return block;
}

void *__wrap_duckdb_je_realloc(void *block, size_t bytes) {
	size_t before = block ? duckdb_je_malloc_usable_size(block) : 0;
	if (before < LARGE) before = 0;
	if (bytes < NEAR && before == 0) return __real_duckdb_je_realloc(block, bytes);
	// Both blocks are there while one is copied to the other.
	if (!take(bytes)) return nullptr;
	void *moved = __real_duckdb_je_realloc(block, bytes);
	settle(bytes, moved ? duckdb_je_malloc_usable_size(moved) : 0);
	if (moved) give(before);
	return moved;
}

void __wrap_duckdb_je_free(void *block) {
	if (block) {
		size_t bytes = duckdb_je_malloc_usable_size(block);
		if (bytes >= LARGE) give(bytes);
	}
	__real_duckdb_je_free(block);
}

} // extern "C"

void *operator new(size_t bytes) {
	for (;;) {
		void *block = nullptr;
		if (bytes < NEAR) {
			block = malloc(bytes ? bytes : 1);
		} else if (take(bytes)) {
			block = malloc(bytes);
			settle(bytes, block ? malloc_usable_size(block) : 0);
		}
		if (block) return block;
		std::new_handler handler = std::get_new_handler();
		if (!handler) throw std::bad_alloc();
		handler();
	}
}

void operator delete(void *block) noexcept {
	if (block) {
		size_t bytes = malloc_usable_size(block);
		if (bytes >= LARGE) give(bytes);
	}
	free(block);
}

void operator delete(void *block, size_t) noexcept { operator delete(block); }
