from scoring.urls_jury import jury_patterns
from scoring.urls_session import session_patterns

app_name = "scoring"

urlpatterns = [*jury_patterns, *session_patterns]
