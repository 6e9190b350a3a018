const O = "void *"; // opaque handle or plain memory; koffi checks neither, the classes here do

/** C prototypes of the libbpf functions in use (libbpf.h, bpf.h). Named types are avoided: koffi keeps them per process. */
export const prototypes = {
  libbpf_set_print: `${O}libbpf_set_print(${O}fn)`,
  libbpf_num_possible_cpus: "int libbpf_num_possible_cpus()",

  bpf_object__open_mem: `${O}bpf_object__open_mem(${O}data, size_t size, ${O}opts)`,
  bpf_object__load: `int bpf_object__load(${O}object)`,
  bpf_object__close: `void bpf_object__close(${O}object)`,
  bpf_object__next_program: `${O}bpf_object__next_program(${O}object, ${O}previous)`,
  bpf_object__next_map: `${O}bpf_object__next_map(${O}object, ${O}previous)`,

  bpf_program__name: `const char *bpf_program__name(${O}program)`,
  bpf_program__section_name: `const char *bpf_program__section_name(${O}program)`,
  bpf_program__fd: `int bpf_program__fd(${O}program)`,
  bpf_program__type: `int bpf_program__type(${O}program)`,
  bpf_program__set_type: `int bpf_program__set_type(${O}program, int type)`,
  bpf_program__set_expected_attach_type: `int bpf_program__set_expected_attach_type(${O}program, int type)`,
  bpf_program__autoload: `bool bpf_program__autoload(${O}program)`,
  bpf_program__set_autoload: `int bpf_program__set_autoload(${O}program, bool autoload)`,
  bpf_program__set_log_level: `int bpf_program__set_log_level(${O}program, uint32_t level)`,
  bpf_program__set_log_buf: `int bpf_program__set_log_buf(${O}program, ${O}buffer, size_t size)`,

  bpf_map__name: `const char *bpf_map__name(${O}map)`,
  bpf_map__fd: `int bpf_map__fd(${O}map)`,
  bpf_map__type: `int bpf_map__type(${O}map)`,
  bpf_map__key_size: `uint32_t bpf_map__key_size(${O}map)`,
  bpf_map__value_size: `uint32_t bpf_map__value_size(${O}map)`,
  bpf_map__max_entries: `uint32_t bpf_map__max_entries(${O}map)`,
  bpf_map__map_flags: `uint32_t bpf_map__map_flags(${O}map)`,
  bpf_map__set_key_size: `int bpf_map__set_key_size(${O}map, uint32_t size)`,
  bpf_map__set_value_size: `int bpf_map__set_value_size(${O}map, uint32_t size)`,
  bpf_map__set_max_entries: `int bpf_map__set_max_entries(${O}map, uint32_t entries)`,
  bpf_map__set_map_flags: `int bpf_map__set_map_flags(${O}map, uint32_t flags)`,
  bpf_map__set_autocreate: `int bpf_map__set_autocreate(${O}map, bool autocreate)`,
  bpf_map__autocreate: `bool bpf_map__autocreate(${O}map)`,
  bpf_map__reuse_fd: `int bpf_map__reuse_fd(${O}map, int fd)`,
  bpf_map__initial_value: `${O}bpf_map__initial_value(${O}map, ${O}size)`,
  bpf_map__is_internal: `bool bpf_map__is_internal(${O}map)`,

  bpf_map_create: `int bpf_map_create(int type, const char *name, uint32_t key, uint32_t value, uint32_t entries, ${O}opts)`,
  bpf_map_lookup_elem_flags: `int bpf_map_lookup_elem_flags(int fd, ${O}key, ${O}value, uint64_t flags)`,
  bpf_map_update_elem: `int bpf_map_update_elem(int fd, ${O}key, ${O}value, uint64_t flags)`,
  bpf_map_delete_elem: `int bpf_map_delete_elem(int fd, ${O}key)`,
  bpf_map_get_next_key: `int bpf_map_get_next_key(int fd, ${O}key, ${O}next)`,
  bpf_map_update_batch: `int bpf_map_update_batch(int fd, ${O}keys, ${O}values, ${O}count, ${O}opts)`,
  bpf_map_delete_batch: `int bpf_map_delete_batch(int fd, ${O}keys, ${O}count, ${O}opts)`,
  bpf_map_lookup_batch: `int bpf_map_lookup_batch(int fd, ${O}from, ${O}to, ${O}keys, ${O}values, ${O}count, ${O}opts)`,
  bpf_map_freeze: "int bpf_map_freeze(int fd)",

  bpf_obj_pin: "int bpf_obj_pin(int fd, const char *path)",
  bpf_obj_get: "int bpf_obj_get(const char *path)",
  bpf_obj_get_info_by_fd: `int bpf_obj_get_info_by_fd(int fd, ${O}info, ${O}size)`,
  bpf_prog_get_fd_by_id: "int bpf_prog_get_fd_by_id(uint32_t id)",
  bpf_map_get_fd_by_id: "int bpf_map_get_fd_by_id(uint32_t id)",
  bpf_link_get_fd_by_id: "int bpf_link_get_fd_by_id(uint32_t id)",
  bpf_prog_get_next_id: `int bpf_prog_get_next_id(uint32_t start, ${O}next)`,
  bpf_map_get_next_id: `int bpf_map_get_next_id(uint32_t start, ${O}next)`,
  bpf_link_get_next_id: `int bpf_link_get_next_id(uint32_t start, ${O}next)`,
  bpf_prog_test_run_opts: `int bpf_prog_test_run_opts(int fd, ${O}opts)`,

  bpf_link_detach: "int bpf_link_detach(int fd)",

  bpf_xdp_attach: `int bpf_xdp_attach(int ifindex, int fd, uint32_t flags, ${O}opts)`,
  bpf_xdp_query: `int bpf_xdp_query(int ifindex, int flags, ${O}opts)`,
  bpf_tc_hook_create: `int bpf_tc_hook_create(${O}hook)`,
  bpf_tc_hook_destroy: `int bpf_tc_hook_destroy(${O}hook)`,
  bpf_tc_attach: `int bpf_tc_attach(${O}hook, ${O}opts)`,
  bpf_tc_detach: `int bpf_tc_detach(${O}hook, ${O}opts)`,
  bpf_tc_query: `int bpf_tc_query(${O}hook, ${O}opts)`,

  bpf_linker__new: `${O}bpf_linker__new(const char *file, ${O}opts)`,
  bpf_linker__add_file: `int bpf_linker__add_file(${O}linker, const char *file, ${O}opts)`,
  bpf_linker__finalize: `int bpf_linker__finalize(${O}linker)`,
  bpf_linker__free: `void bpf_linker__free(${O}linker)`,
} as const satisfies Record<string, string>;

export type LibbpfSymbol = keyof typeof prototypes;
