"""Prints the analysis of a sound file as JSON: python3 analyze.py song.flac"""
import ctypes, sys

das = ctypes.CDLL("libdas.so")
das.das_text_data.restype = das.das_last_error_message.restype = ctypes.c_char_p
json = ctypes.c_void_p()
if das.das_analyze_file(sys.argv[1].encode(), None, None, ctypes.byref(json)) != 0:
    sys.exit(das.das_last_error_message().decode())
print(das.das_text_data(json).decode())
das.das_text_free(json)
