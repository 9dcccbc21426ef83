# The orchestration's arguments, for pipeline.sh.
repository='{{ image_registry }}/{{ image_namespace }}/{{ image_prefix }}'
tag='{{ image_tag }}'
long_branches='{{ image_long_branches | join(' ') }}'
keep_long='{{ image_keep_long }}'
keep_short='{{ image_keep_short }}'
tls_verify='{{ image_tls_verify | lower }}'
