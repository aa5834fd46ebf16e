namespace Varai.Secrets;

/// <summary>What is wrong with a <c>${secret:name}</c> reference.</summary>
/// <param name="Position">The index in the text of the reference's first character.</param>
/// <param name="Message">The broken rule, as a sentence; does not repeat what was written in place of the name, which may be
/// a value pasted by mistake.</param>
public sealed record SecretReferenceError(int Position, string Message);
