using System.Diagnostics;

namespace Baeum;

/// <summary>Finds, for an error message, the public operation that is running.</summary>
internal static class OperationName
{
    /// <summary>
    /// The outermost public method of this assembly on top of the stack; slow, for errors only.
    /// Where the compiler inlined it into its caller, the operation that it called.
    /// </summary>
    internal static string OfCaller()
    {
        string? visible = null, operation = null;
        foreach (var frame in new StackTrace(1).GetFrames())
        {
            if (frame.GetMethod() is not { } method || method.DeclaringType is not { } type) continue;
            if (type.Assembly != typeof(OperationName).Assembly) break;
            if (type.Name.EndsWith("Op", StringComparison.Ordinal)) operation = type.Name[..^2];
            if (!method.IsPublic || !type.IsVisible) continue;
            visible = method.IsConstructor ? type.Name : method.Name;
            if (method.IsSpecialName) visible = visible[(visible.IndexOf('_', StringComparison.Ordinal) + 1)..];
        }
        return visible ?? operation ?? "Tensor";
    }
}
