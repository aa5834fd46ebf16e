namespace Varai.Configuration.Documents;

/// <summary>The errors found in one file, handed on in the order of their positions.</summary>
/// <remarks>Not safe for use from several threads.</remarks>
internal sealed class DocumentErrors(ConfigurationFile file, string check)
{
    // A file with the wrong content can be wrong at every byte, and each position costs a walk along its line.
    internal const int Maximum = 100;

    private readonly List<(int Offset, ConfigurationError Error)> _found = [];
    private int _left;

    public int Count => _found.Count + _left;

    public void Add(int offset, string key, string message, string? expected = null, string? found = null, string? didYouMean = null)
    {
        if (_found.Count == Maximum)
        {
            _left++;
            return;
        }

        var error = new ConfigurationError(message, file.GetOrigin(offset), key)
        {
            Check = check,
            Expected = expected,
            Found = found,
            DidYouMean = didYouMean,
        };
        _found.Add((offset, error));
    }

    /// <summary>Where an offset is, for a message about the same file: <c>line 3, column 5</c>.</summary>
    public string Place(int offset)
    {
        ConfigurationOrigin origin = file.GetOrigin(offset);
        return $"line {origin.Line}, column {origin.Column}";
    }

    /// <summary>Asks whether another error would be listed, so that its message is written only then; if not, it is counted.</summary>
    public bool Accepts()
    {
        if (_found.Count < Maximum)
            return true;
        _left++;
        return false;
    }

    public void MoveTo(List<ConfigurationError> errors)
    {
        if (_found.Count == 0)
            return;
        foreach ((int _, ConfigurationError error) in _found.OrderBy(static e => e.Offset))
            errors.Add(error);
        if (_left > 0)
        {
            errors.Add(new ConfigurationError(
                $"{_left} more errors in this file are not listed; mend the first {Maximum}", file.GetOrigin(file.Content.Length), "")
            {
                Check = check,
            });
        }

        _found.Clear();
        _left = 0;
    }
}
