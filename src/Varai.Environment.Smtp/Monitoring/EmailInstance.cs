namespace Varai.Smtp.Monitoring;

/// <summary>Marks a channel that was added.</summary>
internal sealed record EmailInstance(string Name)
{
    public const string DefaultName = "email";

    public static string SectionOf(string name) => name == DefaultName ? EmailOptions.SectionName : $"Varai:{name}";
}
