namespace Varai.State;

/// <summary>Which part of a stream to read, and in which direction.</summary>
public sealed record StreamQuery
{
    /// <summary>Asks for a whole stream, oldest entry first, unless the properties say otherwise.</summary>
    /// <param name="stream">The stream's name; see <see cref="StateKey"/>.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public StreamQuery(string stream)
    {
        StateKey.ThrowIfInvalid(stream);
        Stream = stream;
    }

    /// <summary>The stream's name.</summary>
    public string Stream { get; }

    /// <summary>Only entries with a greater sequence.</summary>
    /// <value>Default: 0, from the first entry.</value>
    public long After { get; init; }

    /// <summary>Only entries with a smaller sequence.</summary>
    /// <value>Default: <see cref="long.MaxValue"/>, to the last entry.</value>
    public long Before { get; init; } = long.MaxValue;

    /// <summary>At most so many entries.</summary>
    /// <value>Default: <see cref="int.MaxValue"/>, all.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is set to a negative number.</exception>
    public int Limit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    = int.MaxValue;

    /// <summary>Whether the newest entry comes first, so that <c>{ Backwards = true, Limit = 1 }</c> is the last one.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Backwards { get; init; }
}
