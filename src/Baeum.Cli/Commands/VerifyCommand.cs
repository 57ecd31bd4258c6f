using System.CommandLine;
using Baeum.Cli.Verify;
using Baeum.Course;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum verify DIR</c>: holds the engine against the figures of PyTorch, NumPy and others.</summary>
internal sealed class VerifyCommand : CliCommand
{
    private readonly Argument<string> folderArgument;
    private readonly Option<string?> onlyOption;
    private readonly Option<bool> jsonOption, debugOption;

    internal VerifyCommand() : base("verify", "PyTorch, NumPy 결과와 대조", "compare with PyTorch and NumPy")
    {
        folderArgument = Argument("DIR", "기준 값이 담긴 폴더", "the folder of figures");
        onlyOption = Option("--only", "GLOB", "이름이 맞는 항목만. 예: 'core/*'", "only names that fit, such as 'core/*'");
        jsonOption = JsonLines();
        debugOption = Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        string folder = given.GetValue(folderArgument)!;
        string? only = given.GetValue(onlyOption);
        bool json = given.GetValue(jsonOption);
        if (!Directory.Exists(folder))
            throw new LessonUsageException(Messages.NoVerifyFolder(folder));
        Book[] books = Book.Below(folder);
        if (books.Length == 0)
            throw new LessonUsageException(Messages.NoBooks(folder));
        var report = new VerifyReport(json, given.GetValue(debugOption), context);
        var glob = new Glob(only);
        foreach (Book book in books.Where(book => glob.MayMatchBelow(book.Name)))
            report.Hold(book, glob);
        if (report.Passed + report.Failed + report.Skipped == 0)
            throw new LessonUsageException(Messages.NothingMatches(only!, Nearest.Names(only!, books.Select(book => book.Name + "/*"))));
        (json ? context.Messages : context.Results).WriteLine(Messages.VerifySummary(report.Passed, report.Failed, report.Skipped));
        return report.Failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
