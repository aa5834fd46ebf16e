namespace Varai.Data;

/// <summary>What to capture.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Id">Names what the capture puts on disk, so that a later attempt with the same id finds and removes it: 32
/// hexadecimal digits.</param>
public sealed record DataCaptureRequest(string Environment, string Id)
{
    /// <summary>What rows and columns become.</summary>
    /// <value>Default: <see langword="null"/>, everything is captured as it is.</value>
    public IDataMasker? Masker { get; init; }
}
