namespace Varai.Secrets;

/// <summary>The capability of an <see cref="ISecretProvider"/> to notice changes by itself, so that nobody has to wait for the
/// cache's time to live; implemented by the same class.</summary>
public interface ISecretChangeNotifier
{
    /// <summary>Begins to tell of changes.</summary>
    /// <param name="changed">Called with the name of a secret that may have changed, or with <see langword="null"/> when any may
    /// have; from any thread, never while a lock is held. It returns quickly and does not throw.</param>
    /// <returns>Ends the telling when it is disposed.</returns>
    IDisposable Subscribe(Action<string?> changed);
}
