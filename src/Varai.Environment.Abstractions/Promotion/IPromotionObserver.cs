namespace Varai.Promotion;

/// <summary>Is told of everything that happens to promotions, at least once and in order, also of what happened while nobody listened.</summary>
/// <remarks>Registered with <c>AddPromotionObserver</c> as a singleton, disposed by the container. Called by the host in the background, one
/// event at a time. When it throws, the same event comes again later; how far it has come is kept in the state store under its name.</remarks>
public interface IPromotionObserver
{
    /// <summary>The name under which its progress is kept; one per kind of receiver, the same on all nodes.</summary>
    string Name { get; }

    /// <summary>Takes an event.</summary>
    /// <param name="happened">What happened; the number tells repeated ones.</param>
    /// <param name="cancellationToken">Is cancelled when the host stops.</param>
    ValueTask OnEventAsync(PromotionEvent happened, CancellationToken cancellationToken);
}
