using Baeum.Course;

namespace Baeum.Tests.Course;

/// <summary>Every chapter of the course runs to its end in this process, and every figure is what the chapter says.</summary>
public class ChapterTests
{
    public static TheoryData<string> Ids => [.. Catalogue.Locate().Chapters.Select(chapter => chapter.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    [Trait("Leg", "once")]
    public void RunsAndAgreesWithItsFigures(string id)
    {
        var printed = new StringWriter();
        LessonReport report = ChapterRunner.Run(Catalogue.Locate().Find(id)!, new LessonOptions { Plots = false }, printed, TextWriter.Null);
        Assert.NotEmpty(report.Checks);
        Assert.True(report.Ok, printed.ToString());
    }
}
