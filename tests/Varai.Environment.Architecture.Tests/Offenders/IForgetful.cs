namespace Varai.Architecture.Tests.Offenders;

/// <summary>Asynchronous members without a token, with one in the wrong place, with an optional one, and a right one.</summary>
public interface IForgetful
{
    Task NoneAsync();

    ValueTask<int> FirstAsync(CancellationToken cancellationToken, int value);

    IAsyncEnumerable<int> OptionalAsync(CancellationToken cancellationToken = default);

    Task RightAsync(int value, CancellationToken cancellationToken);
}
