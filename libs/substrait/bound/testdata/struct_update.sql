SELECT struct_update(st, a := id) FROM x
