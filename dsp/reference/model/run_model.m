% The model on a file, for the test that compares it with the engine:
%
%   octave-cli --norc --path dsp/reference/model --eval 'run_model ("FOLDER")'
%
% FOLDER holds pairs NAME.json (the parameters, and `channels`) and NAME.f32 (samples, little endian, channel after
% channel). Beside them NAME.db.f64 is written (levels, bin by bin and column by column) and NAME.result.json (the rest).
function run_model (folder)
  for entry = dir (fullfile (folder, "*.f32"))'
    stem = fullfile (folder, strrep (entry.name, ".f32", ""));
    parameters = jsondecode (fileread ([stem ".json"]));
    samples = read_all ([stem ".f32"]);
    result = frequency_visualizer (reshape (samples, [], parameters.channels), parameters);
    write_all ([stem ".db.f64"], result.level_db);
    result = rmfield (result, "level_db");
    file = fopen ([stem ".result.json"], "w");
    fputs (file, jsonencode (result));
    fclose (file);
  end
end

function samples = read_all (name)
  file = fopen (name, "r", "ieee-le");
  samples = fread (file, Inf, "float32=>single");
  fclose (file);
end

function write_all (name, values)
  file = fopen (name, "w", "ieee-le");
  fwrite (file, values, "float64");
  fclose (file);
end
