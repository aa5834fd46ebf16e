namespace Varai.Promotion;

/// <summary>Which side of a conflict wins.</summary>
public enum PromotionChoice
{
    /// <summary>The target keeps what it has.</summary>
    KeepTarget,

    /// <summary>The incoming value replaces it.</summary>
    TakeSource,
}
