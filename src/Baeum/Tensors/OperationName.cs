using System.Diagnostics;

namespace Baeum;

/// <summary>Finds, for an error message, the public operation that is running.</summary>
internal static class OperationName
{
    /// <summary>The outermost public method of this assembly on top of the stack; slow, for errors only.</summary>
    internal static string OfCaller()
    {
        string name = "Tensor";
        foreach (var frame in new StackTrace(1).GetFrames())
        {
            if (frame.GetMethod() is not { } method || method.DeclaringType is not { } type) continue;
            if (type.Assembly != typeof(OperationName).Assembly) break;
            if (!method.IsPublic || !type.IsVisible) continue;
            name = method.IsConstructor ? type.Name : method.Name;
            if (method.IsSpecialName) name = name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..];
        }
        return name;
    }
}
